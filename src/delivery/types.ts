/** Arrival and submission as the SMTP door (and later JMAP) meets them. Decides; knows no wire. */
import type { Ended, HeldCopy } from '../queue/held/types.ts'
import type { Principal } from '../access/types.ts'
import type { Millis } from '../base/clock.ts'
import type { MailboxId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'
import type { DeliverBy } from '../queue/types.ts'
import type { CopyFate } from '../store/submissions/submissions.ts'
import type { Post, Settling } from './moderation/settle.ts'

/** RFC 3461 parameters and RFC 6531, 8689, 4865 and 2852 wishes of an envelope. */
export interface Envelope {
  /** Empty string is the null reverse-path. */
  readonly reversePath: string
  readonly envelopeId?: string
  readonly ret?: 'full' | 'headers'
  readonly isSmtpUtf8: boolean
  readonly requiresTls: boolean
  /** RFC 4865: it leaves then; only of who is signed in. */
  readonly holdUntil?: Millis
  readonly deliverBy?: DeliverBy
  /** RFC 6710: as he may have it; without it 0. */
  readonly priority?: number
}

export interface RecipientWish {
  /** As the client wrote it, without angle brackets. */
  readonly forwardPath: string
  /** NOTIFY; undefined means the default of RFC 3461 §4.1. */
  readonly notify?: readonly ('never' | 'success' | 'failure' | 'delay')[]
  readonly originalRecipient?: string
}

export interface Peer {
  readonly remoteAddress: string
  /** EHLO argument. */
  readonly heloName: string
  /** `ESMTP`, `ESMTPS`, `ESMTPSA`, `UTF8SMTPS`, … (RFC 3848, RFC 6531 §4.3). */
  readonly protocol: string
  readonly tls?: { readonly protocol: string; readonly cipher: string }
}

/** One recipient's fate after DATA. SMTP answers for the whole; DSNs for those that fail later. */
export interface Delivered {
  readonly messageId: string
  /** Recipients delivered or kept durably in the queue. */
  readonly accepted: number
  /** As the sender named them; who is a list is not among them. */
  readonly copies?: readonly CopyFate[]
}

export interface Delivery {
  /** RCPT on port 25. Refusal: no-such-address, suspended, over-quota, list-closed, relay-denied. */
  checkRecipient(
    envelope: Envelope,
    recipient: RecipientWish,
    octetsDeclared?: number,
  ): Promise<void>
  /** Port 25's DATA. Durable for every recipient when it resolves; a Refusal is about all of them. */
  deliver(
    peer: Peer,
    envelope: Envelope,
    recipients: readonly RecipientWish[],
    message: Buffer,
  ): Promise<Delivered>
  /** MAIL on submission: Refusal('sender-not-yours') unless he holds the identity. */
  checkSender(principal: Principal, reversePath: string): void
  /** MAIL on submission: what he may have of it; undefined for who asks nothing. RFC 6710 §4.1 */
  priorityFor(principal: Principal, asked: number | undefined): number | undefined
  /** RCPT on submission: like checkRecipient, but remote addresses are fine. */
  checkSubmissionRecipient(
    principal: Principal,
    envelope: Envelope,
    recipient: RecipientWish,
  ): Promise<void>
  /** Local recipients are delivered, remote ones queued, before it resolves. */
  submit(
    principal: Principal,
    peer: Peer,
    envelope: Envelope,
    recipients: readonly RecipientWish[],
    message: Buffer,
  ): Promise<Delivered>
  /** All that `submit` asks of a message that is to leave later, and nothing is done. */
  checkSubmission(sending: Sending, message: Buffer): Promise<void>
  /**
   * What waited leaves: its sender is asked about anew, and every copy goes into the queue in the
   * transaction that `finish` opens. Who may not send it any more is told, as of a message that failed.
   * Refusal('try-again' | …): it waits on.
   * @param finish runs the work unless the message was taken back. @returns whether it did.
   */
  release(sending: Sending, message: Buffer, finish: Finish): Promise<boolean>
}

/** What no door of mail does. */
export interface OwnedDelivery extends Delivery {
  /** What waited for a moderator goes to the members, in the transaction it is given. */
  prepareLetThrough(post: Post): Promise<Settling>
  /** It does not; its sender hears so, if he is who he says. */
  prepareTurnAway(post: Post, why: 'refused' | 'expired'): Promise<Settling>
  /** For who follows a message that was set aside and will not come. */
  logHeldEnd(copy: HeldCopy, how: Ended): void
}

/** A submission whole, so that it can be kept until its time. Stored sealed: add optional fields only. */
export interface Sending {
  readonly principal: Principal
  readonly peer: Peer
  readonly envelope: Envelope
  readonly recipients: readonly RecipientWish[]
  /** The copy that was filed so that something waits; it goes when the message does. */
  readonly filed?: { readonly mailboxId: MailboxId; readonly uid: number }
}

export type Finish = (work: (tx: Tx) => Promise<void>) => Promise<boolean>
