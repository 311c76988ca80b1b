/**
 * The entries of one mailbox of one user as they were at one modSeq, and what was expunged since they
 * were first read: 21 octets a message in typed arrays, shared by all sessions of the node. RFC 7162.
 */
import type { EntryRow } from '../entries/read.ts'
import { mirroredTombstonesMax } from '../limits.ts'
import { flagBits } from '../types.ts'

export interface Tombstone {
  readonly uid: number
  readonly modseq: number
}

/** Room beyond what is there, so that not every arrival moves all. */
const growthFactor = 1.25
const roomMin = 16

export class MailboxEntries {
  /** Every change up to here is in it. */
  modSeq: number
  #gone: Tombstone[] = []
  /** Expunges after this modSeq are all among `#gone`. */
  #goneSince: number
  #count = 0
  #uids = new Uint32Array(0)
  #modSeqs = new Float64Array(0)
  #flags = new Uint8Array(0)
  #keywords = new Float64Array(0)

  constructor(modSeq: number) {
    this.modSeq = modSeq
    this.#goneSince = modSeq
  }

  get count(): number {
    return this.#count
  }

  get lastUid(): number {
    return this.#count === 0 ? 0 : (this.#uids[this.#count - 1] ?? 0)
  }

  /** @param modSeq every change up to here is in the mailbox now. Rows are in UID order. */
  apply(rows: readonly EntryRow[], gone: readonly Tombstone[], modSeq: number): void {
    for (const row of rows) this.#put(row)
    for (const tombstone of gone) {
      this.#remove(tombstone.uid)
      this.#gone.push(tombstone)
      this.modSeq = Math.max(this.modSeq, tombstone.modseq)
    }
    this.modSeq = Math.max(this.modSeq, modSeq)
    this.#forgetOldest()
  }

  /** In UID order. */
  rowsSince(modSeq: number): readonly EntryRow[] {
    const rows: EntryRow[] = []
    for (let index = 0; index < this.#count; index += 1)
      if ((this.#modSeqs[index] ?? 0) > modSeq) rows.push(this.#row(index))
    return rows
  }

  /** UIDs expunged after `modSeq`, ascending; undefined when that is longer ago than is remembered. */
  goneSince(modSeq: number): readonly number[] | undefined {
    if (modSeq < this.#goneSince) return undefined
    const found = this.#gone.filter((tombstone) => tombstone.modseq > modSeq)
    return [...new Set(found.map(({ uid }) => uid))].toSorted((a, b) => a - b)
  }

  counts(): { readonly unseen: number; readonly deleted: number } {
    let [unseen, deleted] = [0, 0]
    for (let index = 0; index < this.#count; index += 1) {
      const flags = this.#flags[index] ?? 0
      if ((flags & flagBits['\\Seen']) === 0) unseen += 1
      if ((flags & flagBits['\\Deleted']) !== 0) deleted += 1
    }
    return { unseen, deleted }
  }

  #row(index: number): EntryRow {
    return {
      uid: this.#uids[index] ?? 0,
      modseq: this.#modSeqs[index] ?? 0,
      flags: this.#flags[index] ?? 0,
      keywords: this.#keywords[index] ?? 0,
    }
  }

  /** UIDs are given out in order: what is new stands last, and what is missing before was expunged. */
  #put(row: EntryRow): void {
    const isNew = row.uid > this.lastUid
    const index = isNew ? this.#count : this.#find(row.uid)
    // This node may know more than a statement that was under way.
    if (index === -1 || (!isNew && row.modseq < (this.#modSeqs[index] ?? 0))) return
    if (isNew) this.#makeRoom()
    this.#uids[index] = row.uid
    this.#modSeqs[index] = row.modseq
    this.#flags[index] = row.flags
    this.#keywords[index] = row.keywords
    this.modSeq = Math.max(this.modSeq, row.modseq)
  }

  #remove(uid: number): void {
    const index = this.#find(uid)
    if (index === -1) return
    for (const column of [this.#uids, this.#modSeqs, this.#flags, this.#keywords])
      column.copyWithin(index, index + 1, this.#count)
    this.#count -= 1
  }

  #find(uid: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#uids[middle] ?? 0) < uid) low = middle + 1
      else high = middle
    }
    return low < this.#count && this.#uids[low] === uid ? low : -1
  }

  #makeRoom(): void {
    this.#count += 1
    if (this.#count <= this.#uids.length) return
    const length = Math.max(roomMin, Math.ceil(this.#count * growthFactor))
    this.#uids = copied(this.#uids, new Uint32Array(length))
    this.#modSeqs = copied(this.#modSeqs, new Float64Array(length))
    this.#flags = copied(this.#flags, new Uint8Array(length))
    this.#keywords = copied(this.#keywords, new Float64Array(length))
  }

  #forgetOldest(): void {
    const surplus = this.#gone.length - mirroredTombstonesMax
    if (surplus <= 0) return
    for (const { modseq } of this.#gone.splice(0, surplus))
      this.#goneSince = Math.max(this.#goneSince, modseq)
  }
}

function copied<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
