/**
 * A few hundred entries of a mailbox in typed arrays: 13 octets each, 21 where there are keywords. A chunk
 * that was handed out never changes; whoever wants it otherwise takes a copy.
 */
import type { EntryRow } from '../entries/read.ts'
import { flagBits } from '../types.ts'

/** Small enough to be copied for one flag, large enough to be few. */
export const chunkEntries = 512

/** What is asked of many entries at once. */
export interface ChunkSums {
  readonly unseen: number
  readonly deleted: number
  readonly modSeqMax: number
  /** Every set of keyword bits that occurs. */
  readonly keywords: ReadonlySet<number>
}

export class Chunk {
  count = 0
  isShared = false
  readonly uids: Uint32Array
  readonly flags: Uint8Array
  readonly modSeqs: Float64Array
  /** Undefined: no entry has any. */
  keywords: Float64Array | undefined
  #sums: ChunkSums | undefined

  /** @param sums of entries that are about to be filled in, as many as there is room for. */
  constructor(room: number, sums?: ChunkSums) {
    this.uids = new Uint32Array(room)
    this.flags = new Uint8Array(room)
    this.modSeqs = new Float64Array(room)
    if (sums === undefined) return
    this.count = room
    this.#sums = sums
    if (sums.keywords.size > 0) this.keywords = new Float64Array(room)
  }

  get lastUid(): number {
    return this.uids[this.count - 1] ?? 0
  }

  /** One that may be changed: this one, while nobody else has it. */
  own(room = this.uids.length): Chunk {
    if (!this.isShared && room <= this.uids.length) return this
    const copy = new Chunk(Math.max(room, this.uids.length))
    copy.uids.set(this.uids)
    copy.flags.set(this.flags)
    copy.modSeqs.set(this.modSeqs)
    if (this.keywords !== undefined) {
      copy.keywords = new Float64Array(copy.uids.length)
      copy.keywords.set(this.keywords)
    }
    copy.count = this.count
    return copy
  }

  /** The first place whose UID is not below `uid`. */
  placeFrom(uid: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.uids[middle] ?? 0) < uid) low = middle + 1
      else high = middle
    }
    return low
  }

  row(place: number): EntryRow {
    return {
      uid: this.uids[place] ?? 0,
      modseq: this.modSeqs[place] ?? 0,
      flags: this.flags[place] ?? 0,
      keywords: this.keywords?.[place] ?? 0,
    }
  }

  write(place: number, { uid, modseq, flags, keywords }: EntryRow): void {
    this.uids[place] = uid
    this.flags[place] = flags
    this.modSeqs[place] = modseq
    if (keywords !== 0) this.keywords ??= new Float64Array(this.uids.length)
    if (this.keywords !== undefined) this.keywords[place] = keywords
    this.#sums = undefined
  }

  remove(place: number): void {
    const columns = [this.uids, this.flags, this.modSeqs, this.keywords]
    for (const column of columns) column?.copyWithin(place, place + 1, this.count)
    this.count -= 1
    this.#sums = undefined
  }

  sums(): ChunkSums {
    return (this.#sums ??= this.#sum())
  }

  #sum(): ChunkSums {
    let [unseen, deleted, modSeqMax] = [0, 0, 0]
    for (let place = 0; place < this.count; place += 1) {
      const flags = this.flags[place] ?? 0
      if ((flags & flagBits['\\Seen']) === 0) unseen += 1
      if ((flags & flagBits['\\Deleted']) !== 0) deleted += 1
      modSeqMax = Math.max(modSeqMax, this.modSeqs[place] ?? 0)
    }
    const keywords = new Set(this.keywords?.subarray(0, this.count))
    keywords.delete(0)
    return { unseen, deleted, modSeqMax, keywords }
  }
}
