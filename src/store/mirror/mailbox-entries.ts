/**
 * The entries of one mailbox of one user as they were at one modSeq, and what was expunged since they
 * were first read, shared by all sessions of the node. RFC 7162.
 */
import type { EntryRow } from '../entries/read.ts'
import { mirroredTombstonesMax } from '../limits.ts'
import { flagBits } from '../types.ts'
import type { UidRanges } from '../uid-ranges.ts'
import { Chunk, chunkEntries } from './chunk.ts'
import { EntryColumns } from './entry-columns.ts'

export interface Tombstone {
  readonly uid: number
  readonly modseq: number
}

/** `flags & keep | set`, and the same of keywords. */
export interface FlagMasks {
  readonly keepFlags: number
  readonly setFlags: number
  readonly keepKeywords: bigint
  readonly setKeywords: bigint
}

interface Range {
  readonly low: number
  readonly high: number
}

interface Changing {
  readonly masks: FlagMasks
  readonly keywordsOf: (bits: number) => number
  readonly modSeq: number
}

/** Of an entry as PostgreSQL sends it. */
export const entryOctets = 26
/** The last chunk grows: most mailboxes are small. */
const roomMin = 16

export class MailboxEntries {
  /** Every change up to here is in it. */
  modSeq: number
  #gone: Tombstone[] = []
  /** Expunges after this modSeq are all among `#gone`. */
  #goneSince: number
  #count = 0
  readonly #chunks: Chunk[] = []
  #columns: EntryColumns | undefined

  constructor(modSeq: number) {
    this.modSeq = modSeq
    this.#goneSince = modSeq
  }

  get count(): number {
    return this.#count
  }

  get lastUid(): number {
    return this.#chunks.at(-1)?.lastUid ?? 0
  }

  /** As they are now; the same while nothing changes. */
  columns(): EntryColumns {
    if (this.#columns?.modSeq !== this.modSeq)
      this.#columns = new EntryColumns([...this.#chunks], this.modSeq)
    return this.#columns
  }

  /** When nothing is known yet: entries in UID order, in chunks that nobody else has. */
  adopt(chunks: readonly Chunk[]): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk)
      this.#count += chunk.count
    }
    this.#columns = undefined
  }

  /** Entries in UID order as they are now: `entryOctets` each, as PostgreSQL sends numbers. */
  load(octets: Buffer): void {
    for (let at = 0; at < octets.length; at += entryOctets) this.#put(rowAt(octets, at))
    this.#columns = undefined
  }

  /** Marks as \Seen: UIDs of 8 octets each, ascending; those that are not there are passed over. */
  see(octets: Buffer): void {
    for (let at = 0; at < octets.length; at += 8) {
      const uid = numberAt(octets, at)
      const chunkAt = this.#chunkOf(uid)
      const chunk = this.#chunks[chunkAt]
      const place = chunk?.placeFrom(uid) ?? 0
      if (chunk?.uids[place] !== uid || place >= chunk.count) continue
      const row = chunk.row(place)
      this.#own(chunkAt).write(place, { ...row, flags: row.flags | flagBits['\\Seen'] })
    }
    this.#columns = undefined
  }

  /** @param modSeq every change up to here is in the mailbox now. Rows are in UID order. */
  apply(rows: readonly EntryRow[], gone: readonly Tombstone[], modSeq: number): void {
    this.#columns = undefined
    for (const row of rows) this.#put(row)
    for (const tombstone of gone) {
      this.#remove(tombstone.uid)
      this.#gone.push(tombstone)
      this.modSeq = Math.max(this.modSeq, tombstone.modseq)
    }
    this.modSeq = Math.max(this.modSeq, modSeq)
    this.#forgetOldest()
  }

  /** This node's own change of flags, the next after what is known. */
  changeFlags(ranges: UidRanges, masks: FlagMasks, modSeq: number): void {
    this.#columns = undefined
    const keywordsOf = keywordsChange(masks)
    for (const [at, low] of ranges.lows.entries()) {
      const high = ranges.highs[at] ?? 0
      for (let index = this.#chunkOf(low); index < this.#chunks.length; index += 1) {
        if ((this.#chunks[index]?.uids[0] ?? Infinity) > high) break
        this.#changeChunk(index, { low, high }, { masks, keywordsOf, modSeq })
      }
    }
    this.modSeq = Math.max(this.modSeq, modSeq)
  }

  #changeChunk(at: number, { low, high }: Range, { masks, keywordsOf, modSeq }: Changing): void {
    let chunk = this.#chunks[at]
    if (chunk === undefined) return
    for (let place = chunk.placeFrom(low); place < chunk.count; place += 1) {
      const row = chunk.row(place)
      if (row.uid > high) return
      const flags = (row.flags & masks.keepFlags) | masks.setFlags
      const keywords = keywordsOf(row.keywords)
      if (flags === row.flags && keywords === row.keywords) continue
      chunk = this.#own(at)
      chunk.write(place, { uid: row.uid, modseq: modSeq, flags, keywords })
    }
  }

  /** UIDs expunged after `modSeq`, ascending; undefined when that is longer ago than is remembered. */
  goneSince(modSeq: number): readonly number[] | undefined {
    if (modSeq < this.#goneSince) return undefined
    const found = this.#gone.filter((tombstone) => tombstone.modseq > modSeq)
    return [...new Set(found.map(({ uid }) => uid))].toSorted((a, b) => a - b)
  }

  /** UIDs are given out in order: what is new stands last, and what is missing before was expunged. */
  #put(row: EntryRow): void {
    this.modSeq = Math.max(this.modSeq, row.modseq)
    if (row.uid > this.lastUid) {
      const chunk = this.#roomForOne()
      chunk.write(chunk.count, row)
      chunk.count += 1
      this.#count += 1
      return
    }
    const at = this.#chunkOf(row.uid)
    const held = this.#chunks[at]
    const place = held?.placeFrom(row.uid) ?? 0
    // This node may know more than a statement that was under way.
    if (held?.uids[place] !== row.uid || row.modseq < (held.modSeqs[place] ?? 0)) return
    this.#own(at).write(place, row)
  }

  #remove(uid: number): void {
    const at = this.#chunkOf(uid)
    const held = this.#chunks[at]
    const place = held?.placeFrom(uid) ?? 0
    if (held === undefined || place >= held.count || held.uids[place] !== uid) return
    const chunk = this.#own(at)
    chunk.remove(place)
    this.#count -= 1
    if (chunk.count === 0) this.#chunks.splice(at, 1)
  }

  #own(at: number): Chunk {
    const held = this.#chunks[at] ?? new Chunk(chunkEntries)
    const own = held.own()
    this.#chunks[at] = own
    return own
  }

  #roomForOne(): Chunk {
    const at = this.#chunks.length - 1
    const last = this.#chunks[at]
    if (last === undefined || last.count >= chunkEntries) {
      const chunk = new Chunk(last === undefined ? roomMin : chunkEntries)
      this.#chunks.push(chunk)
      return chunk
    }
    const needs = last.count + 1
    const own = last.own(needs > last.uids.length ? Math.min(chunkEntries, needs * 2) : needs)
    this.#chunks[at] = own
    return own
  }

  /** The chunk that has the UID, if any has. */
  #chunkOf(uid: number): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#chunks[middle]?.lastUid ?? 0) < uid) low = middle + 1
      else high = middle
    }
    return low
  }

  #forgetOldest(): void {
    const surplus = this.#gone.length - mirroredTombstonesMax
    if (surplus <= 0) return
    for (const { modseq } of this.#gone.splice(0, surplus))
      this.#goneSince = Math.max(this.#goneSince, modseq)
  }
}

/** Sets of keywords are few: each is reckoned once. */
function keywordsChange({ keepKeywords, setKeywords }: FlagMasks): (bits: number) => number {
  if (keepKeywords === -1n && setKeywords === 0n) return (bits) => bits
  const known = new Map<number, number>()
  return (bits) => {
    let changed = known.get(bits)
    if (changed === undefined) {
      changed = Number((BigInt(bits) & keepKeywords) | setKeywords)
      known.set(bits, changed)
    }
    return changed
  }
}

/** UID, modSeq, flags, keywords. */
function rowAt(octets: Buffer, at: number): EntryRow {
  return {
    uid: numberAt(octets, at),
    modseq: numberAt(octets, at + 8),
    flags: octets.readUInt16BE(at + 16),
    keywords: numberAt(octets, at + 18),
  }
}

function numberAt(octets: Buffer, at: number): number {
  return octets.readUInt32BE(at) * 0x1_00_00_00_00 + octets.readUInt32BE(at + 4)
}
