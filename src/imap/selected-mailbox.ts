/**
 * A session's view of its selected mailbox: sequence numbers ↔ UIDs, flags and mod-sequences, in
 * typed arrays of 17 octets a message. What others expunged stays in the view until the client may be told,
 * because sequence numbers are the client's own count (RFC 9051 §7.5.1).
 */
import type { MailboxId } from '../base/id.ts'
import type { Entry, Mailbox, MailboxChanges, MailboxRole } from '../store/types.ts'
import type { Place } from './namespace.ts'

/** What a change feed did to the view. */
export interface Applied {
  readonly hasNew: boolean
  /** Indexes of messages whose flags or mod-sequence are others now. */
  readonly changed: readonly number[]
}

const none: readonly string[] = []

export class SelectedMailbox {
  readonly place: Place
  readonly id: MailboxId
  readonly role: MailboxRole | undefined
  readonly uidValidity: number
  readonly isReadOnly: boolean
  /** By EXAMINE: then nothing changes, not even where a move out is possible. */
  isExamined = false
  count = 0
  /** UIDs of the last SEARCH with SAVE: `$`. */
  savedUids: readonly number[] = []
  /** Everything up to here is in the view. */
  syncedModSeq: number
  /** The highest mod-sequence the account was said to have. */
  announcedModSeq = 0
  /** The mailbox itself was deleted by somebody. */
  isGone = false
  watch: Disposable | undefined
  /** Set while the client is idle: called when there may be something to tell. */
  onAnnounced: (() => void) | undefined
  #uids: Uint32Array
  #flags: Uint8Array
  #modSeqs: Float64Array
  #keywordSets: Uint32Array
  readonly #keywordLists: (readonly string[])[] = [none]
  readonly #keywordIndex = new Map<string, number>([['', 0]])
  readonly #keywords = new Set<string>()
  #hasNewKeywords = false
  #vanished = new Set<number>()

  constructor(place: Place, mailbox: Mailbox, entries: readonly Entry[], isReadOnly: boolean) {
    this.place = place
    this.id = mailbox.id
    this.role = mailbox.role
    this.uidValidity = mailbox.uidValidity
    this.isReadOnly = isReadOnly
    this.syncedModSeq = mailbox.highestModSeq
    this.#uids = new Uint32Array(entries.length)
    this.#flags = new Uint8Array(entries.length)
    this.#modSeqs = new Float64Array(entries.length)
    this.#keywordSets = new Uint32Array(entries.length)
    for (const entry of entries) this.#append(entry)
    this.#hasNewKeywords = false
  }

  get isStale(): boolean {
    return this.announcedModSeq > this.syncedModSeq
  }

  /** The account changed. */
  announce(modSeq: number): void {
    this.announcedModSeq = Math.max(this.announcedModSeq, modSeq)
    if (this.isStale) this.onAnnounced?.()
  }

  /** Keywords met so far, for the FLAGS response. */
  get keywords(): readonly string[] {
    return [...this.#keywords]
  }

  /** Whether there are keywords the client has not heard of yet; asking answers it. */
  takeHasNewKeywords(): boolean {
    const had = this.#hasNewKeywords
    this.#hasNewKeywords = false
    return had
  }

  get lastUid(): number {
    return this.uidAt(this.count - 1)
  }

  uidAt(index: number): number {
    return this.#uids[index] ?? 0
  }

  flagsAt(index: number): number {
    return this.#flags[index] ?? 0
  }

  modSeqAt(index: number): number {
    return this.#modSeqs[index] ?? 0
  }

  keywordsAt(index: number): readonly string[] {
    return this.#keywordLists[this.#keywordSets[index] ?? 0] ?? none
  }

  /** -1: no message of the view has this UID. */
  indexOfUid(uid: number): number {
    const index = this.firstIndexFrom(uid)
    return index < this.count && this.uidAt(index) === uid ? index : -1
  }

  /** The first index whose UID is not below `uid`. */
  firstIndexFrom(uid: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.uidAt(middle) < uid) low = middle + 1
      else high = middle
    }
    return low
  }

  isVanished(uid: number): boolean {
    return this.#vanished.has(uid)
  }

  get hasVanished(): boolean {
    return this.#vanished.size > 0
  }

  apply(changes: MailboxChanges): Applied {
    const before = this.count
    const changed: number[] = []
    for (const entry of changes.changed) {
      const index = this.indexOfUid(entry.uid)
      if (index >= 0 && this.#update(index, entry)) changed.push(index)
      else if (index < 0 && entry.uid > this.lastUid) this.#append(entry)
    }
    // After the new ones: a message may have come and gone between two looks.
    for (const uid of changes.vanished) {
      if (this.indexOfUid(uid) >= 0) this.#vanished.add(uid)
    }
    if (changes.isDeleted) this.#loseAll()
    this.syncedModSeq = Math.max(this.syncedModSeq, changes.modSeq)
    return { hasNew: this.count > before, changed }
  }

  /**
   * Takes over what this session itself changed. The view counts as synchronized up to there only
   * when nobody else's change can stand between: mod-sequences of an account are consecutive.
   */
  adopt(entries: readonly Entry[]): void {
    const modSeqs = new Set<number>()
    for (const entry of entries) {
      const index = this.indexOfUid(entry.uid)
      if (index >= 0) this.#update(index, entry)
      if (entry.modSeq > this.syncedModSeq) modSeqs.add(entry.modSeq)
    }
    for (const modSeq of [...modSeqs].sort((a, b) => a - b)) {
      if (modSeq === this.syncedModSeq + 1) this.syncedModSeq = modSeq
    }
  }

  /** This session expunged them itself. */
  lose(uids: readonly number[], modSeq: number): void {
    for (const uid of uids) if (this.indexOfUid(uid) >= 0) this.#vanished.add(uid)
    if (modSeq === this.syncedModSeq + 1) this.syncedModSeq = modSeq
  }

  /** Takes the vanished messages out. @returns their UIDs and sequence numbers as EXPUNGE counts. */
  takeVanished(): { readonly uids: readonly number[]; readonly numbers: readonly number[] } {
    const uids: number[] = []
    const numbers: number[] = []
    let kept = 0
    for (let index = 0; index < this.count; index += 1) {
      const uid = this.uidAt(index)
      if (this.#vanished.has(uid)) {
        uids.push(uid)
        numbers.push(kept + 1)
        continue
      }
      if (kept !== index) this.#moveTo(index, kept)
      kept += 1
    }
    this.count = kept
    this.#vanished = new Set()
    return { uids, numbers }
  }

  #loseAll(): void {
    this.isGone = true
    for (let index = 0; index < this.count; index += 1) this.#vanished.add(this.uidAt(index))
  }

  #moveTo(from: number, to: number): void {
    this.#uids[to] = this.uidAt(from)
    this.#flags[to] = this.flagsAt(from)
    this.#modSeqs[to] = this.modSeqAt(from)
    this.#keywordSets[to] = this.#keywordSets[from] ?? 0
  }

  #append(entry: Entry): void {
    if (this.count === this.#uids.length) this.#grow()
    this.#uids[this.count] = entry.uid
    this.count += 1
    this.#update(this.count - 1, entry)
  }

  /** @returns whether anything differs. */
  #update(index: number, entry: Entry): boolean {
    const keywords = this.#internKeywords(entry.keywords)
    const isSame =
      this.flagsAt(index) === entry.flags &&
      this.modSeqAt(index) === entry.modSeq &&
      this.#keywordSets[index] === keywords
    this.#flags[index] = entry.flags
    this.#modSeqs[index] = entry.modSeq
    this.#keywordSets[index] = keywords
    return !isSame
  }

  #internKeywords(keywords: readonly string[]): number {
    if (keywords.length === 0) return 0
    const key = keywords.join(' ')
    const known = this.#keywordIndex.get(key)
    if (known !== undefined) return known
    const index = this.#keywordLists.push(keywords) - 1
    this.#keywordIndex.set(key, index)
    for (const keyword of keywords) {
      if (!this.#keywords.has(keyword)) this.#hasNewKeywords = true
      this.#keywords.add(keyword)
    }
    return index
  }

  #grow(): void {
    const length = Math.max(16, Math.ceil(this.count * 1.25))
    this.#uids = grown(this.#uids, new Uint32Array(length))
    this.#flags = grown(this.#flags, new Uint8Array(length))
    this.#modSeqs = grown(this.#modSeqs, new Float64Array(length))
    this.#keywordSets = grown(this.#keywordSets, new Uint32Array(length))
  }
}

function grown<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
