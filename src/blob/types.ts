/**
 * Objects: sealed content too large to stand with its message. A store keeps octets under an id and
 * knows nothing of what they are. Architecture D4.
 */
import type { Millis } from '../base/clock.ts'

/** A UUID in lower case, made with `newId`. */
export type ObjectId = string

/** Octets `start` to `end`, `end` excluded. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** All at once or in pieces; pieces are taken one after the other as they are written. */
export type ObjectSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

export interface StoredObject {
  readonly id: ObjectId
  readonly octets: number
  /** By the store's own clock: a collector leaves alone what is younger than its grace. */
  readonly storedAt: Millis
}

/** Every call may throw Refusal('try-again'): disk full, disk ill, store out of reach. */
export interface ObjectStore extends AsyncDisposable {
  /**
   * Durable when it resolves. When it rejects, one store has what it had before; of several, some
   * may have taken it: nobody refers to it, so it is collected.
   * A second put of an id replaces the first as a whole.
   */
  put(id: ObjectId, source: ObjectSource): Promise<void>
  /** Fewer octets where the range goes past the end. Refusal('not-found') without such an object. */
  get(id: ObjectId, range?: Range): Promise<Buffer>
  has(id: ObjectId): Promise<boolean>
  /** @returns whether there was one; durable too. */
  delete(id: ObjectId): Promise<boolean>
  /** In the order of `objectPath`, from the one behind `after`; half-written ones never. */
  list(after?: ObjectId): AsyncIterable<StoredObject>
}
