/** A *mailbox* is a folder of an account. RFC 9051 §2.3, RFC 6154. */
import type { AccountId, MailboxId } from '../../base/id.ts'

/** RFC 6154 special uses, without the backslash and in lower case. `inbox` is ours. */
export type MailboxRole =
  | 'inbox'
  | 'archive'
  | 'drafts'
  | 'flagged'
  | 'junk'
  | 'sent'
  | 'trash'
  | 'important'
  /** What the owner deleted and can have back: read, copied and moved out of, never written to. */
  | 'recoverable'

export interface Mailbox {
  readonly id: MailboxId
  readonly accountId: AccountId
  /** Full path, components parted by `/`, Unicode NFC. INBOX is always `INBOX`. */
  readonly name: string
  readonly role: MailboxRole | undefined
  readonly isSubscribed: boolean
  /** Among the others; undefined: where its role puts it. */
  readonly sortOrder?: number | undefined
  readonly uidValidity: number
  readonly uidNext: number
  readonly messages: number
  /** Sum of RFC822.SIZE of the entries. */
  readonly octets: number
  /** HIGHESTMODSEQ: the last change to any entry. */
  readonly highestModSeq: number
}
