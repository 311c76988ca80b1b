/**
 * A session's view of its selected mailbox: sequence numbers ↔ UIDs, flags and mod-sequences. It shares what the
 * node knows of the mailbox. What others expunged stays in the view until the client may be told,
 * because sequence numbers are the client's own count (RFC 9051 §7.5.1).
 */
import type { MailboxId } from '../base/id.ts'
import type { EntryColumns } from '../store/mirror/entry-columns.ts'
import type { MailboxColumns, MailboxRole } from '../store/types.ts'
import type { Place } from './namespace.ts'
import { differenceOf, withoutUids, type Difference } from './view-difference.ts'

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
  #shown: EntryColumns
  #keywordReader: MailboxColumns['keywords']
  readonly #keywords = new Set<string>()
  #hasNewKeywords = false
  /** UIDs that are still shown, ascending when asked for. */
  #vanished = new Set<number>()
  /** UIDs this session expunged, as long as the node may not have heard of it. */
  #lost = new Set<number>()

  constructor(place: Place, { mailbox, columns, keywords }: MailboxColumns, isReadOnly: boolean) {
    this.place = place
    this.id = mailbox.id
    this.role = mailbox.role
    this.uidValidity = mailbox.uidValidity
    this.isReadOnly = isReadOnly
    this.syncedModSeq = mailbox.highestModSeq
    this.#shown = columns
    this.#keywordReader = keywords
    this.#meetKeywords()
    this.#hasNewKeywords = false
  }

  get count(): number {
    return this.#shown.count
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
    return this.#shown.lastUid
  }

  uidAt(index: number): number {
    return this.#shown.uidAt(index)
  }

  flagsAt(index: number): number {
    return this.#shown.flagsAt(index)
  }

  modSeqAt(index: number): number {
    return this.#shown.modSeqAt(index)
  }

  keywordsAt(index: number): readonly string[] {
    const bits = this.#shown.keywordBitsAt(index)
    return bits === 0 ? none : this.#keywordReader.read(bits)
  }

  /** -1: no message of the view has this UID. */
  indexOfUid(uid: number): number {
    return this.#shown.indexOfUid(uid)
  }

  /** The first index whose UID is not below `uid`. */
  firstIndexFrom(uid: number): number {
    return this.#shown.firstIndexFrom(uid)
  }

  /** Indexes of what changed after `modSeq`, ascending. */
  indexesSince(modSeq: number): readonly number[] {
    return this.#shown.indexesSince(modSeq)
  }

  /** -1: all are seen. */
  get firstUnseenIndex(): number {
    return this.#shown.firstUnseenIndex()
  }

  isVanished(uid: number): boolean {
    return this.#vanished.has(uid)
  }

  get hasVanished(): boolean {
    return this.#vanished.size > 0
  }

  /** Undefined: the mailbox is gone. */
  apply(now: MailboxColumns | undefined): Applied {
    if (now === undefined) return this.#loseAll()
    this.#keywordReader = now.keywords
    const { columns } = now
    const isSame = columns === this.#shown
    const { merged, hasNew, changed, vanished } = isSame
      ? unchanged(columns)
      : differenceOf(this.#shown, columns, this.#lost)
    this.#shown = merged
    for (const uid of vanished) this.#vanished.add(uid)
    for (const uid of this.#lost) if (columns.indexOfUid(uid) < 0) this.#lost.delete(uid)
    if (!isSame) this.#meetKeywords()
    this.syncedModSeq = Math.max(this.syncedModSeq, now.mailbox.highestModSeq, columns.modSeq)
    return { hasNew, changed }
  }

  /** This session expunged them itself. */
  lose(uids: readonly number[], modSeq: number): void {
    for (const uid of uids) {
      this.#lost.add(uid)
      if (this.indexOfUid(uid) >= 0) this.#vanished.add(uid)
    }
    if (modSeq === this.syncedModSeq + 1) this.syncedModSeq = modSeq
  }

  /** Takes the vanished messages out. @returns their UIDs and sequence numbers as EXPUNGE counts. */
  takeVanished(): { readonly uids: readonly number[]; readonly numbers: readonly number[] } {
    const uids = [...this.#vanished].sort((a, b) => a - b)
    const numbers = uids.map((uid, before) => this.indexOfUid(uid) + 1 - before)
    this.#shown = withoutUids(this.#shown, uids)
    this.#vanished = new Set()
    return { uids, numbers }
  }

  #loseAll(): Applied {
    this.isGone = true
    for (let index = 0; index < this.count; index += 1) this.#vanished.add(this.uidAt(index))
    return { hasNew: false, changed: [] }
  }

  #meetKeywords(): void {
    for (const bits of this.#shown.keywordSets()) {
      for (const keyword of this.#keywordReader.read(bits)) {
        if (this.#keywords.has(keyword)) continue
        this.#keywords.add(keyword)
        this.#hasNewKeywords = true
      }
    }
  }
}

function unchanged(columns: EntryColumns): Difference {
  return { merged: columns, hasNew: false, changed: [], vanished: [] }
}
