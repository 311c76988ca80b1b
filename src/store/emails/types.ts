/**
 * The mail of an account by message: what JMAP calls an Email (RFC 8621 §4). The same entries as every
 * reading of the store, gathered by their messages, with threads.
 */
import type { Millis } from '../../base/clock.ts'
import type { MailboxId, MessageId } from '../../base/id.ts'
import type { Mailbox } from '../types.ts'

/** An entry of the message. */
export interface EmailPlace {
  readonly mailboxId: MailboxId
  readonly uid: number
  /** Bits of `flagBits`, \Seen as the viewer has it. */
  readonly flags: number
  /** Bits of the account's keywords. */
  readonly keywords: number
  readonly modSeq: number
  /** Since when it stands here and is not \Deleted. */
  readonly shownModSeq: number
}

export interface EmailFacts {
  readonly id: MessageId
  readonly threadId: string
  readonly octets: number
  readonly receivedAt: Millis
  /** All of them, \Deleted ones too; none among recoverable items. */
  readonly places: readonly EmailPlace[]
}

/** As one viewer sees the account. It goes on with the account: read it between two waits. */
export interface EmailView {
  /** Every change up to here is in it. */
  readonly modSeq: number
  /** In order of their names. */
  readonly mailboxes: readonly Mailbox[]
  /** Oldest first, by when they were received, then by id. */
  readonly ordered: readonly EmailFacts[]
  /** Names of the keyword bits. */
  readonly keywords: readonly string[]
  find(id: MessageId): EmailFacts | undefined
  /** Some of them, as `ordered` has them. */
  inOrder(emails: Iterable<EmailFacts>): readonly EmailFacts[]
  /** All that changed after `modSeq`, and perhaps others: few where that is not long ago. */
  changedSince(modSeq: number): Iterable<EmailFacts>
  /** Oldest first; undefined where there is no such thread. */
  thread(id: string): readonly EmailFacts[] | undefined
  threads(): Iterable<readonly EmailFacts[]>
}

/** An entry that is gone. */
export interface EmailGone {
  readonly id: MessageId
  readonly threadId: string
  readonly mailboxId: MailboxId
  readonly modSeq: number
  readonly shownModSeq: number
}

/** When mailboxes were made, changed and deleted. */
export interface MailboxHistory {
  readonly id: MailboxId
  readonly createdModSeq: number
  /** Its name or its subscription. */
  readonly namedModSeq: number
  /** Its entries. */
  readonly entriesModSeq: number
  readonly isDeleted: boolean
}

export interface EmailChange {
  readonly id: MessageId
  readonly addTo: readonly MailboxId[]
  readonly removeFrom: readonly MailboxId[]
  /** Bits of `flagBits`. */
  readonly setFlags: number
  readonly clearFlags: number
  readonly setKeywords: readonly string[]
  readonly clearKeywords: readonly string[]
}
