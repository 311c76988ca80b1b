/**
 * Large content in frames of 64 KiB, each sealed by itself under the object's content key with its
 * number and whether it is the last: a range opens only the frames it touches, and no frame can be
 * changed, moved, left out or put behind the last.
 */
import type { ContentKey, Place } from '../keys/types.ts'
import { SealError } from '../keys/types.ts'
import { frameOctets } from './limits.ts'
import type { ObjectId, Range } from './types.ts'

/** What reads the sealed octets: `ObjectStore.get` of one object, a buffer, a test. */
export type ReadSealed = (range: Range) => Promise<Buffer>

/** An object as its row knows it; `octets` is the plaintext's length and must be believed. */
export interface FramedObject {
  readonly id: ObjectId
  readonly octets: number
}

/** The frames in order; an empty content has one, so that its absence shows. */
export function* sealFrames(
  plaintext: Uint8Array,
  key: ContentKey,
  id: ObjectId,
): Generator<Buffer> {
  const frames = frameCount(plaintext.length)
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * frameOctets
    yield key.seal(placeOf(id, frame, frames), plaintext.subarray(start, start + frameOctets))
  }
}

/**
 * The plaintext of a range, or the whole; what lies past the end is left out.
 * @throws SealError when anything of what is asked for is not what was sealed.
 */
export async function openRange(
  object: FramedObject,
  key: ContentKey,
  read: ReadSealed,
  range: Range = { start: 0, end: object.octets },
): Promise<Buffer> {
  const start = Math.min(Math.max(0, range.start), object.octets)
  const end = Math.min(range.end, object.octets)
  if (start >= end && object.octets > 0) return Buffer.alloc(0)
  const frames = frameCount(object.octets)
  const first = Math.trunc(start / frameOctets)
  const behind = Math.max(first + 1, Math.ceil(end / frameOctets))
  const overhead = key.overheadOctets
  const sealedFrame = frameOctets + overhead
  const sealedEnd = Math.min(behind * sealedFrame, object.octets + frames * overhead)
  const sealed = await read({ start: first * sealedFrame, end: sealedEnd })
  if (sealed.length !== sealedEnd - first * sealedFrame) throw new SealError('does not open')
  const plaintext = Buffer.allocUnsafeSlow(
    Math.min(behind * frameOctets, object.octets) - first * frameOctets,
  )
  for (let frame = first; frame < behind; frame++) {
    const at = (frame - first) * sealedFrame
    const opened = key.open(
      placeOf(object.id, frame, frames),
      sealed.subarray(at, at + sealedFrame),
    )
    opened.copy(plaintext, (frame - first) * frameOctets)
  }
  const skipped = first * frameOctets
  return plaintext.subarray(start - skipped, end - skipped)
}

/** How many octets the object takes in a store. */
export function sealedOctets(octets: number, key: ContentKey): number {
  return octets + frameCount(octets) * key.overheadOctets
}

function frameCount(octets: number): number {
  return Math.max(1, Math.ceil(octets / frameOctets))
}

function placeOf(id: ObjectId, frame: number, frames: number): Place {
  return { object: id, field: frame === frames - 1 ? `frame ${frame} final` : `frame ${frame}` }
}
