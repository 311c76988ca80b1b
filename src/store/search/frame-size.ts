/** How many octets a zstd frame holds, by its header, so that it is opened into one piece. RFC 8878 §3.1.1.1. */
const headerAt = 4

/** Undefined: the frame does not say. */
export function findFrameSize(frame: Buffer): number | undefined {
  const descriptor = frame[headerAt] ?? 0
  const isSingleSegment = (descriptor & 0x20) !== 0
  const windowOctets = isSingleSegment ? 0 : 1
  const dictionaryOctets = [0, 1, 2, 4][descriptor & 3] ?? 0
  const at = headerAt + 1 + windowOctets + dictionaryOctets
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? frame.readUInt8(at) : undefined
    case 1:
      return frame.readUInt16LE(at) + 256
    case 2:
      return frame.readUInt32LE(at)
    default:
      return Number(frame.readBigUInt64LE(at))
  }
}
