/** A *message* is RFC 5322 octets kept once in an account: what is known of it, how it comes and goes. */
import type { Millis } from '../../base/clock.ts'
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import type { BodyStructure, ImapEnvelope } from '../../mime/types.ts'

/** What is in clear of a message: no sealed value is opened for it. */
export interface MessageFacts {
  readonly uid: number
  readonly messageId: MessageId
  readonly threadId: string
  /** RFC822.SIZE. */
  readonly octets: number
  /** INTERNALDATE. */
  readonly receivedAt: Millis
  /** SAVEDATE: when it came into this mailbox. */
  readonly savedAt: Millis
}

/** What FETCH and SEARCH need without the content; opened from the sealed summary. */
export interface Summary extends MessageFacts {
  /** The raw header block, empty line included. */
  readonly header: Buffer
  readonly envelope: ImapEnvelope
  /** RFC 9051 BODYSTRUCTURE as a value; see mime/structure.ts. */
  readonly structure: BodyStructure
}

export interface AppendInput {
  readonly octets: Buffer
  readonly flags: number
  readonly keywords: readonly string[]
  /** INTERNALDATE. */
  readonly receivedAt: Millis
}

export interface Appended {
  readonly messageId: MessageId
  readonly uid: number
  readonly uidValidity: number
  readonly modSeq: number
}

/** Where a message arrives: the work of `delivery`. */
export interface Arrival {
  readonly accountId: AccountId
  /** `INBOX` when undefined. */
  readonly mailboxId?: MailboxId
  /** Return-Path, Delivered-To and Received fields of this recipient; they stay inline. */
  readonly trace: Buffer
  readonly flags?: number
  readonly keywords?: readonly string[]
  /** The platform's own word about a full mailbox goes into it all the same. */
  readonly isExempt?: boolean
  /** HMAC input that makes a repeated delivery the same: reverse-path and message without trace. */
  readonly sameness: Buffer
}
