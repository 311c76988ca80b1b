/**
 * What happened between what a client counts and what the store has now. Chunks both have in common are
 * passed over, so that it costs what changed and not what is there.
 */
import { Chunk, chunkEntries } from '../store/mirror/chunk.ts'
import { EntryColumns } from '../store/mirror/entry-columns.ts'
import type { EntryRow } from '../store/entries/read.ts'

export interface Difference {
  /** As the client counts: what is gone is still in it. */
  readonly merged: EntryColumns
  readonly hasNew: boolean
  /** Indexes in `merged` of messages whose flags or mod-sequence are others now, ascending. */
  readonly changed: readonly number[]
  /** UIDs, ascending. */
  readonly vanished: readonly number[]
}

/** @param lost what the client knows to be gone though `now` may not know it yet. */
export function differenceOf(
  shown: EntryColumns,
  now: EntryColumns,
  lost: ReadonlySet<number>,
): Difference {
  const merge = new Merge()
  const [before, after] = [new Place(shown), new Place(now)]
  let hasNew = false
  const changed: number[] = []
  const vanished: number[] = []
  let isOther = false
  for (;;) {
    const [old, fresh] = [before.chunk, after.chunk]
    if (old === undefined && fresh === undefined) break
    if (old !== undefined && old === fresh && before.isAtStart && after.isAtStart) {
      merge.share(old)
      before.nextChunk()
      after.nextChunk()
    } else if (before.uid === after.uid) {
      // What this session changed itself may be newer than what the node knew when it was asked.
      const isNewer = before.modSeq > after.modSeq
      if (!isNewer && !before.isSameAs(after)) changed.push(merge.count)
      merge.add(isNewer ? before.row : after.row)
      isOther ||= isNewer
      before.next()
      after.next()
    } else if (before.uid < after.uid) {
      vanished.push(before.uid)
      merge.add(before.row)
      before.next()
    } else if (lost.has(after.uid)) {
      isOther = true
      after.next()
    } else {
      hasNew = true
      merge.add(after.row)
      after.next()
    }
  }
  // With nothing gone the client counts as the store does, and shares all of it.
  const isSame = vanished.length === 0 && !isOther
  const merged = isSame ? now : new EntryColumns(merge.chunks, now.modSeq)
  return { merged, hasNew, changed, vanished }
}

/** The same without some. @param uids ascending. */
export function withoutUids(columns: EntryColumns, uids: readonly number[]): EntryColumns {
  let next = 0
  const chunks: Chunk[] = []
  for (const chunk of columns.chunks) {
    if ((uids[next] ?? Infinity) > chunk.lastUid) {
      chunks.push(chunk)
      continue
    }
    const rest = new Chunk(chunk.uids.length)
    for (let place = 0; place < chunk.count; place += 1) {
      if (chunk.uids[place] === uids[next]) next += 1
      else rest.write(rest.count++, chunk.row(place))
    }
    if (rest.count > 0) chunks.push(rest)
  }
  return new EntryColumns(chunks, columns.modSeq)
}

/** A place in columns that moves on. */
class Place {
  readonly #columns: EntryColumns
  #at = 0
  #place = 0

  constructor(columns: EntryColumns) {
    this.#columns = columns
  }

  get chunk(): Chunk | undefined {
    return this.#columns.chunks[this.#at]
  }

  get isAtStart(): boolean {
    return this.#place === 0
  }

  /** Infinity behind the last. */
  get uid(): number {
    return this.chunk?.uids[this.#place] ?? Infinity
  }

  get row(): EntryRow {
    return this.chunk?.row(this.#place) ?? { uid: 0, modseq: 0, flags: 0, keywords: 0 }
  }

  get modSeq(): number {
    return this.chunk?.modSeqs[this.#place] ?? 0
  }

  isSameAs(other: Place): boolean {
    const [a, b] = [this.chunk, other.chunk]
    if (a === undefined || b === undefined) return false
    const [x, y] = [this.#place, other.#place]
    return (
      a.modSeqs[x] === b.modSeqs[y] &&
      a.flags[x] === b.flags[y] &&
      (a.keywords?.[x] ?? 0) === (b.keywords?.[y] ?? 0)
    )
  }

  next(): void {
    this.#place += 1
    if (this.#place >= (this.chunk?.count ?? 0)) this.nextChunk()
  }

  nextChunk(): void {
    this.#at += 1
    this.#place = 0
  }
}

/** Chunks as they are where both sides have them, new ones in between. */
class Merge {
  readonly chunks: Chunk[] = []
  count = 0
  #own: Chunk | undefined

  share(chunk: Chunk): void {
    this.#own = undefined
    this.chunks.push(chunk)
    this.count += chunk.count
  }

  add(row: EntryRow): void {
    if (this.#own === undefined || this.#own.count === chunkEntries) {
      this.#own = new Chunk(chunkEntries)
      this.chunks.push(this.#own)
    }
    this.#own.write(this.#own.count++, row)
    this.count += 1
  }
}
