/** An *entry* is one message's place in one mailbox, with a UID, flags and a modSeq. RFC 9051 §2.3, RFC 7162. */
import type { KeywordReader } from '../keywords.ts'
import type { Mailbox } from '../mailboxes/types.ts'
import type { EntryColumns } from '../mirror/entry-columns.ts'

/** System flags as bits; user keywords are bits of `keywords`, numbered per account. */
export const flagBits = {
  '\\Seen': 1,
  '\\Answered': 2,
  '\\Flagged': 4,
  '\\Deleted': 8,
  '\\Draft': 16,
} as const
export type SystemFlag = keyof typeof flagBits
/** How many different user keywords one account may have: as many bits as a number holds exactly. */
export const keywordsMax = 52

/** One message's place in one mailbox, as a viewer sees it. */
export interface Entry {
  readonly uid: number
  readonly modSeq: number
  /** Bits of `flagBits`; \Seen is the viewer's own in accounts with several users. */
  readonly flags: number
  /** User keywords, in no order. */
  readonly keywords: readonly string[]
}

/** A mailbox with its entries, as a viewer sees them; it costs nothing by message to have. */
export interface MailboxColumns {
  readonly mailbox: Mailbox
  readonly columns: EntryColumns
  /** From the bits of keywords to their names. */
  readonly keywords: KeywordReader
}

/** STORE: how flags change. `keywords` are names. */
export interface FlagChange {
  readonly mode: 'replace' | 'add' | 'remove'
  readonly flags: number
  readonly keywords: readonly string[]
}

export interface FlagsStored {
  /** The mailbox as it is now or later. */
  readonly now: MailboxColumns
  /** Of the change; undefined when nothing was to be changed. */
  readonly modSeq: number | undefined
  /** UIDs that failed UNCHANGEDSINCE (RFC 7162 §3.1.3). */
  readonly modified: readonly number[]
}

export interface CopiedUids {
  readonly uidValidity: number
  /** Pairs in UID order of the source. */
  readonly pairs: readonly (readonly [source: number, target: number])[]
}

export interface MailboxChanges {
  /** The mailbox's highestModSeq these changes lead to. */
  readonly modSeq: number
  readonly uidNext: number
  /** Entries new or changed since, in UID order. */
  readonly changed: readonly Entry[]
  /** UIDs expunged since, ascending. */
  readonly vanished: readonly number[]
  /** The mailbox itself is gone. */
  readonly isDeleted: boolean
}
