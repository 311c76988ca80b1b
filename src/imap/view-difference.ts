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
  const [before, after] = [new Place(shown), new Place(now)]
  let [hasNew, isOther, count] = [false, false, 0]
  const changed: number[] = []
  const vanished: number[] = []
  for (;;) {
    count += skipSame(before, after)
    if (before.chunk === undefined && after.chunk === undefined) break
    if (before.uid === after.uid) {
      // What this session changed itself may be newer than what the node knew when it was asked.
      if (before.modSeq > after.modSeq) isOther = true
      else changed.push(count)
      before.next()
      after.next()
    } else if (before.uid < after.uid) {
      vanished.push(before.uid)
      before.next()
    } else if (lost.has(after.uid)) {
      isOther = true
      after.next()
      continue
    } else {
      hasNew = true
      after.next()
    }
    count += 1
  }
  // With nothing gone the client counts as the store does, and shares all of it.
  const isSame = vanished.length === 0 && !isOther
  return { merged: isSame ? now : mergedOf(shown, now, lost), hasNew, changed, vanished }
}

/** Both go on past what they have in common. @returns how many entries that is. */
function skipSame(before: Place, after: Place): number {
  let skipped = 0
  for (;;) {
    const [old, fresh] = [before.chunk, after.chunk]
    if (old === undefined || fresh === undefined) return skipped
    if (old === fresh && before.isAtStart && after.isAtStart) {
      skipped += old.count
      before.nextChunk()
      after.nextChunk()
      continue
    }
    const same = before.sameAs(after)
    if (same === 0) return skipped
    skipped += same
  }
}

/** As the client counts, with all that is new. */
function mergedOf(shown: EntryColumns, now: EntryColumns, lost: ReadonlySet<number>): EntryColumns {
  const merge = new Merge()
  const [before, after] = [new Place(shown), new Place(now)]
  for (;;) {
    const [old, fresh] = [before.chunk, after.chunk]
    if (old === undefined && fresh === undefined) break
    if (old !== undefined && old === fresh && before.isAtStart && after.isAtStart) {
      merge.share(old)
      before.nextChunk()
      after.nextChunk()
    } else if (before.uid === after.uid) {
      merge.add(before.modSeq > after.modSeq ? before.row : after.row)
      before.next()
      after.next()
    } else if (before.uid < after.uid) {
      merge.add(before.row)
      before.next()
    } else {
      if (!lost.has(after.uid)) merge.add(after.row)
      after.next()
    }
  }
  return new EntryColumns(merge.chunks, now.modSeq)
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
    const rest = chunk.own()
    for (let uid = uids[next]; uid !== undefined && uid <= chunk.lastUid; uid = uids[++next]) {
      const place = rest.placeFrom(uid)
      if (rest.uids[place] === uid && place < rest.count) rest.remove(place)
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

  /** Goes on with the other while their entries are the same, within a chunk. @returns how far. */
  sameAs(other: Place): number {
    const [a, b] = [this.chunk, other.chunk]
    if (a === undefined || b === undefined) return 0
    const [x, y] = [this.#place, other.#place]
    const most = Math.min(a.count - x, b.count - y)
    let same = 0
    while (
      same < most &&
      a.uids[x + same] === b.uids[y + same] &&
      a.modSeqs[x + same] === b.modSeqs[y + same] &&
      a.flags[x + same] === b.flags[y + same] &&
      (a.keywords?.[x + same] ?? 0) === (b.keywords?.[y + same] ?? 0)
    )
      same += 1
    this.#goOn(same)
    other.#goOn(same)
    return same
  }

  #goOn(entries: number): void {
    this.#place += entries
    if (this.#place >= (this.chunk?.count ?? 0)) this.nextChunk()
  }

  next(): void {
    this.#goOn(1)
  }

  nextChunk(): void {
    this.#at += 1
    this.#place = 0
  }
}

/** Chunks as they are where both sides have them, new ones in between. */
class Merge {
  readonly chunks: Chunk[] = []
  #own: Chunk | undefined

  share(chunk: Chunk): void {
    this.#own = undefined
    this.chunks.push(chunk)
  }

  add(row: EntryRow): void {
    if (this.#own === undefined || this.#own.count === chunkEntries) {
      this.#own = new Chunk(chunkEntries)
      this.chunks.push(this.#own)
    }
    this.#own.write(this.#own.count++, row)
  }
}
