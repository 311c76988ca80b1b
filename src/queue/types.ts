/**
 * The queue: messages accepted for recipients who cannot have them yet. Bucket class; envelope,
 * recipients, replies and content are sealed. It knows schedules and states, not how mail travels: a
 * `Transport` carries, a `Reporter` writes to the sender.
 *
 * Words: a *queued message* is one content with one reverse-path; a *queued recipient* is one
 * forward-path of it with a state of its own; an *attempt* is one try of a transport. A *destination*
 * is the domain of a recipient, known by an opaque id; a *lane* is one department's mail to one
 * destination.
 */
import type { Millis } from '../base/clock.ts'
import type { DepartmentId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'
import type { NewHeldCopy } from './held/types.ts'

export type Notify = 'never' | 'success' | 'failure' | 'delay'

/** By when a message is to be there, and what is done when it is not. RFC 2852 */
export interface DeliverBy {
  readonly at: Millis
  /** `return`: it is tried no more and comes back; `notify`: its sender hears that it is late. */
  readonly mode: 'return' | 'notify'
  /** Its sender hears of each system that it is passed on to. */
  readonly isTraced: boolean
}

/** What stays with the message. Stored sealed: add optional fields, never rename or remove. */
export interface QueueEnvelope {
  /** Empty string is the null reverse-path. */
  readonly reversePath: string
  readonly envelopeId?: string
  readonly ret?: 'full' | 'headers'
  readonly isSmtpUtf8: boolean
  /** RFC 8689: every server on the way must promise it. */
  readonly requiresTls: boolean
  /** It leaves only over TLS with a server whose name is validated and proved; else it waits. */
  readonly requiresVerifiedTls?: boolean
  readonly deliverBy?: DeliverBy
  /** RFC 6710: -9 to 9; what is higher goes first. */
  readonly priority?: number
  /** The id in our Received field and in the mail log. */
  readonly messageId: string
  /** Base64; what makes a repeated local delivery the same. */
  readonly sameness?: string
}

/** What stays with the recipient. Stored sealed: add optional fields, never rename or remove. */
export interface QueueRecipient {
  readonly forwardPath: string
  readonly notify?: readonly Notify[]
  readonly originalRecipient?: string
  /** Trace fields that go before the content for this recipient. */
  readonly trace?: string
  /** What the policy said of this copy. */
  readonly marks?: readonly string[]
}

export interface QueueInput {
  /** For who wants to ask for it later; made where it is undefined. */
  readonly id?: string
  readonly envelope: QueueEnvelope
  /** The message without the trace of its recipients. */
  readonly content: Buffer
  readonly recipients: readonly QueueRecipient[]
  /** Whose mail it is; undefined: nobody's of the platform. */
  readonly departmentId?: DepartmentId
  /** Now, when undefined. */
  readonly firstAttemptAt?: Millis
  /** Nothing of it is tried until somebody releases it. */
  readonly isHeld?: boolean
  /** The policy set it aside for an account: its owner is told. */
  readonly heldCopy?: NewHeldCopy
}

/** A reply as SMTP would say it; `enhanced` is RFC 3463. */
export interface QueueReply {
  readonly code: number
  readonly enhanced: string
  readonly text: string
}

/** What became of one recipient in one attempt. */
export type Outcome =
  | { readonly result: 'delivered' }
  /**
   * Another server has it. `isDsnAware`: it also took over what the sender asked to be told;
   * `keepsTime`: and by when it is to be there.
   */
  | { readonly result: 'relayed'; readonly isDsnAware: boolean; readonly keepsTime?: true }
  /** `isUnanswered`: none of the destination's hosts did; others for it need not be tried now. */
  | { readonly result: 'deferred'; readonly reply: QueueReply; readonly isUnanswered?: true }
  | { readonly result: 'failed'; readonly reply: QueueReply }
  /** No way to there is known; kept until there is one or an operator removes it. */
  | { readonly result: 'unrouted' }

export interface QueuedMessage {
  readonly id: string
  readonly envelope: QueueEnvelope
  readonly octets: number
  readonly queuedAt: Millis
  readonly expiresAt: Millis
  /** Opens the content; asked only by who needs it. */
  content(): Promise<Buffer>
}

export interface Attempt extends QueueRecipient {
  /** Which recipient of the message it is. */
  readonly recipient: number
  /** So far, this one included. */
  readonly attempts: number
}

/** Carries messages. For what cannot be carried now it says `deferred`; what it throws is a bug. */
export interface Transport {
  /** One outcome for each recipient, in their order. */
  send(message: QueuedMessage, recipients: readonly Attempt[]): Promise<readonly Outcome[]>
  /** An operator wants to see it tried: what did not answer a moment ago is asked again. */
  forgetSilence?(): void
}

/** What the sender may have to be told about one recipient. */
export interface Report {
  readonly kind: 'failed' | 'delayed' | 'delivered' | 'relayed'
  readonly recipient: QueueRecipient
  readonly reply: QueueReply | undefined
  readonly at: Millis
  /** The sender asked for it by other means than NOTIFY=SUCCESS (RFC 2852 §4). */
  readonly isOwed?: true
}

/** Writes to the sender (RFC 3464). It decides whether he wants to know. */
export interface Reporter {
  report(message: QueuedMessage, reports: readonly Report[]): Promise<readonly QueueInput[]>
}

/**
 * `waiting`: it will be tried. `unrouted`: no way to there is known; that is asked again. `held`: an
 * operator holds it back, by itself or with its destination or department.
 */
export type RecipientState = 'waiting' | 'unrouted' | 'held'

/** What an operator sees: no address, no content. */
export interface QueueItem {
  readonly messageId: string
  readonly recipient: number
  /** Opaque: the same for all recipients of one domain. */
  readonly destination: string
  readonly departmentId: DepartmentId | undefined
  readonly state: RecipientState
  /** An attempt is being made now, or its node died. */
  readonly isUnderWay: boolean
  readonly octets: number
  readonly queuedAt: Millis
  readonly expiresAt: Millis
  readonly nextAttemptAt: Millis
  readonly attempts: number
}

/** What an operator's act is about. */
export type QueueSelection =
  | { readonly kind: 'message'; readonly messageId: string; readonly recipient?: number }
  | { readonly kind: 'destination'; readonly destination: string }
  | { readonly kind: 'department'; readonly departmentId: DepartmentId }

/** A recipient who has it not yet, for who sent it to him. */
export interface WaitingRecipient {
  readonly messageId: string
  readonly recipient: number
  /** Undefined: it was not tried yet. */
  readonly lastReply: QueueReply | undefined
}

export interface QueuedDestination {
  readonly destination: string
  readonly recipients: number
  /** Held with the destination, not one by one. */
  readonly isHeld: boolean
  readonly nextAttemptAt: Millis
  readonly attemptsMax: number
}

/** Acts of an operator, in the transaction that also records them. @throws Refusal('not-found') */
export interface QueueActs {
  /**
   * Nothing of it is tried until it is released. Of a destination or a department also what comes
   * later. What is under way is not stopped. @returns how many recipients.
   */
  hold(tx: Tx, selection: QueueSelection): Promise<number>
  /**
   * Ends a hold of the same kind; what is held for another reason stays so. What the virus scanner knows
   * stays: Refusal('malware').
   */
  release(tx: Tx, selection: QueueSelection): Promise<number>
  /** What waits is due now; what is held or under way is left alone. */
  retry(tx: Tx, selection: QueueSelection): Promise<number>
  /** Out of the queue; the sender is not told, the owner of what was held for him is. What is under way may still arrive. */
  cancel(tx: Tx, selection: QueueSelection): Promise<number>
}

export interface Queue extends QueueActs {
  /** All in one transaction; durable when it resolves. */
  enqueue(inputs: readonly QueueInput[]): Promise<void>
  /** Sealed now, put in by whoever else's transaction it is to be one with. */
  prepare(inputs: readonly QueueInput[]): Promise<(tx: Tx) => Promise<void>>
  /** The oldest first; all of it when nothing is selected. */
  list(limit: number, selection?: QueueSelection): Promise<readonly QueueItem[]>
  /** Of messages by their ids; what is not found has left. */
  findWaiting(messageIds: readonly string[]): Promise<readonly WaitingRecipient[]>
  /** The fullest first. */
  destinations(limit: number): Promise<readonly QueuedDestination[]>
  /** How many recipients are in each state of their own. */
  count(): Promise<Readonly<Record<RecipientState, number>>>
}
