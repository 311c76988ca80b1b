/**
 * The entries of a mailbox as they are at one moment: a list of chunks that nobody changes any more, so that
 * taking it costs nothing by message, and all sessions of a node share what they have in common.
 */
import type { EntryRow } from '../entries/read.ts'
import { flagBits } from '../types.ts'
import type { Chunk } from './chunk.ts'

export class EntryColumns {
  readonly chunks: readonly Chunk[]
  readonly count: number
  /** Every change up to here is in it. */
  readonly modSeq: number
  /** Index of the first entry of each chunk. */
  readonly #starts: Uint32Array
  /** Most questions are about the neighbour of the one before. */
  #at = 0
  #keywordSets: ReadonlySet<number> | undefined

  constructor(chunks: readonly Chunk[], modSeq: number) {
    this.chunks = chunks
    this.modSeq = modSeq
    this.#starts = new Uint32Array(chunks.length)
    let count = 0
    for (const [at, chunk] of chunks.entries()) {
      chunk.isShared = true
      this.#starts[at] = count
      count += chunk.count
    }
    this.count = count
  }

  get lastUid(): number {
    return this.chunks.at(-1)?.lastUid ?? 0
  }

  uidAt(index: number): number {
    return this.#chunkAt(index)?.uids[index - this.#start] ?? 0
  }

  flagsAt(index: number): number {
    return this.#chunkAt(index)?.flags[index - this.#start] ?? 0
  }

  modSeqAt(index: number): number {
    return this.#chunkAt(index)?.modSeqs[index - this.#start] ?? 0
  }

  keywordBitsAt(index: number): number {
    return this.#chunkAt(index)?.keywords?.[index - this.#start] ?? 0
  }

  /** The first index whose UID is not below `uid`. */
  firstIndexFrom(uid: number): number {
    let low = 0
    let high = this.chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.chunks[middle]?.lastUid ?? 0) < uid) low = middle + 1
      else high = middle
    }
    const chunk = this.chunks[low]
    return chunk === undefined ? this.count : (this.#starts[low] ?? 0) + chunk.placeFrom(uid)
  }

  /** -1: no entry has this UID. */
  indexOfUid(uid: number): number {
    const index = this.firstIndexFrom(uid)
    return index < this.count && this.uidAt(index) === uid ? index : -1
  }

  counts(): { readonly unseen: number; readonly deleted: number } {
    let [unseen, deleted] = [0, 0]
    for (const chunk of this.chunks) {
      const sums = chunk.sums()
      unseen += sums.unseen
      deleted += sums.deleted
    }
    return { unseen, deleted }
  }

  /** -1: all are seen. */
  firstUnseenIndex(): number {
    for (const [at, chunk] of this.chunks.entries()) {
      if (chunk.sums().unseen === 0) continue
      const place = chunk.flags.findIndex((flags) => (flags & flagBits['\\Seen']) === 0)
      return (this.#starts[at] ?? 0) + place
    }
    return -1
  }

  /** Every set of keyword bits that occurs. */
  keywordSets(): ReadonlySet<number> {
    return (this.#keywordSets ??= new Set(
      this.chunks.flatMap((chunk) => [...chunk.sums().keywords]),
    ))
  }

  /** Indexes of what changed after `modSeq`, ascending. */
  indexesSince(modSeq: number): readonly number[] {
    const indexes: number[] = []
    for (const [at, chunk] of this.chunks.entries()) {
      if (chunk.sums().modSeqMax <= modSeq) continue
      const start = this.#starts[at] ?? 0
      for (let place = 0; place < chunk.count; place += 1)
        if ((chunk.modSeqs[place] ?? 0) > modSeq) indexes.push(start + place)
    }
    return indexes
  }

  /** In UID order. */
  rowsSince(modSeq: number): readonly EntryRow[] {
    const rows: EntryRow[] = []
    for (const chunk of this.chunks) {
      if (chunk.sums().modSeqMax <= modSeq) continue
      for (let place = 0; place < chunk.count; place += 1)
        if ((chunk.modSeqs[place] ?? 0) > modSeq) rows.push(chunk.row(place))
    }
    return rows
  }

  get #start(): number {
    return this.#starts[this.#at] ?? 0
  }

  #chunkAt(index: number): Chunk | undefined {
    const last = this.chunks[this.#at]
    if (last !== undefined && index >= this.#start && index < this.#start + last.count) return last
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#starts[middle] ?? 0) <= index) low = middle
      else high = middle - 1
    }
    this.#at = low
    return this.chunks[low]
  }
}
