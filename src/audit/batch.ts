/**
 * What a shipper sends at once, as octets: boxes of names, then entries, each with its length as a
 * big-endian uint32. The entries go into the log octet by octet.
 */
import { Refusal } from '../base/refusal.ts'

export interface Batch {
  /** Sealed names that entries of this batch refer to by their hash. */
  readonly boxes: readonly Buffer[]
  /** Leaves, each node's in the order of its chain. */
  readonly entries: readonly Buffer[]
}

const lengthOctets = 4

export function formatBatch({ boxes, entries }: Batch): Buffer {
  const count = Buffer.allocUnsafe(lengthOctets)
  count.writeUInt32BE(boxes.length)
  const parts: Buffer[] = [count]
  for (const part of [...boxes, ...entries]) {
    const length = Buffer.allocUnsafe(lengthOctets)
    length.writeUInt32BE(part.length)
    parts.push(length, part)
  }
  return Buffer.concat(parts)
}

/** The parts are views of the octets. @throws Refusal('invalid') */
export function parseBatch(octets: Buffer): Batch {
  if (octets.length < lengthOctets) throw cutOff()
  const boxCount = octets.readUInt32BE(0)
  const parts: Buffer[] = []
  for (let at = lengthOctets; at < octets.length;) {
    const start = at + lengthOctets
    const end = start <= octets.length ? start + octets.readUInt32BE(at) : Infinity
    if (end > octets.length) throw cutOff()
    parts.push(octets.subarray(start, end))
    at = end
  }
  if (boxCount > parts.length) throw cutOff()
  return { boxes: parts.slice(0, boxCount), entries: parts.slice(boxCount) }
}

function cutOff(): Refusal {
  return new Refusal('invalid', { what: 'a batch of entries is cut off' })
}
