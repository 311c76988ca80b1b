/**
 * One gate for "may he": every act on data passes `Access`; no handler compares roles. Architecture
 * D9. Sign-in is here too, because who somebody is and what he may are one question with one answer.
 */
import type { Role } from './rules.ts'
import type { AccountId, DepartmentId, MailboxId, PrincipalId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'
import type { AccountKind } from '../store/types.ts'
import type { Act } from './acts.ts'
import type { Granted } from '../directory/write/writing.ts'
import type { ApprovalRule } from './rules.ts'

export type { Act } from './acts.ts'

/** The doors a credential may be scoped to. */
export type Door = 'smtp' | 'imap' | 'jmap' | 'dav' | 'sieve' | 'http' | 'admin'

export interface Principal {
  readonly id: PrincipalId
  readonly departmentId: DepartmentId
  /** Primary address; for our own use, never logged at info level. */
  readonly address: string
  /** Set when he signed in as `person+post@…`: this account is shown as INBOX. */
  readonly openedAs: AccountId | undefined
  /** Which session of his this is, for audit and revocation. */
  readonly sessionId: string
}

/** Everything known of the peer at sign-in. */
export interface Attempt {
  readonly door: Door
  readonly remoteAddress: string
  readonly isTls: boolean
  /** What ties a sign-in to this TLS connection and no other: tls-exporter of RFC 9266. */
  readonly channelBinding?: () => Buffer
}

/** An account a principal may reach and what he may there. */
export interface AccountGrant {
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly kind: AccountKind
  /**
   * `own`, `held` post, `member` of a shared mailbox, `delegated` by its owner; with an approval, for
   * a time: `examined`, or `taken-over` from who has left.
   */
  readonly basis: 'own' | 'held' | 'member' | 'delegated' | 'examined' | 'taken-over'
  /** Name under `Posts/` or `Shared/`; empty for the own account. Never contains `/`. */
  readonly name: string
  /** RFC 4314 letters in all the account; `0` is ours: he may send on its behalf. */
  readonly rights: string
  /** More letters in single mailboxes, by id: somebody was let into a part only. */
  readonly mailboxes?: ReadonlyMap<MailboxId, string>
  /** Address of the account: an identity he may send as if the rights have `p`. */
  readonly address: string
  /** The approval it rests on, and who said yes. */
  readonly approvalId?: string
  readonly approvedBy?: readonly PrincipalId[]
}

/** What an act is about: what is known of it. The gate finds the department of a person itself. */
export interface ActObject {
  readonly accountId?: AccountId
  readonly mailboxId?: MailboxId
  readonly departmentId?: DepartmentId
  readonly personId?: PrincipalId
  /** Of anything else: a post, a shared mailbox, a list, a message of the queue. */
  readonly objectId?: string
}

/** What is asked of the gate where the act happens, in the act's own transaction. */
export interface Asked {
  readonly act: Act
  readonly object: ActObject
  /**
   * All that makes this act what it is, by ids and plain values, never a secret: an approval is for
   * this and for nothing else. The same act asked twice gives the same input.
   */
  readonly input: ActInput
}

export type ActInput = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>

/** Refusal('not-permitted' | 'needs-approval'). */
export type WritingGate = (tx: Tx, asked: Asked) => Promise<Granted>

/** What an approval must have been given for. */
export interface ApprovalAsked extends Asked {
  readonly actorId: PrincipalId
  /** SHA-256, hex, over act, object and input: see `digestOf`. */
  readonly inputDigest: string
  readonly rule: ApprovalRule
}

/** Another's account that is open to somebody by approval, between two moments. */
export interface OpenedAccount {
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly kind: AccountKind
  readonly names: { readonly en: string }
  readonly address: string
  readonly basis: 'examined' | 'taken-over'
  readonly rights: string
  readonly from: number
  readonly to: number
  readonly approvalId?: string
  readonly approvedBy: readonly PrincipalId[]
}

/** Who knows what is open by approval: the room `approval`, given by `app` with `useOpened`. */
export interface OpenedSource {
  openedTo(personId: PrincipalId): readonly OpenedAccount[]
  onChange(listener: () => void): Disposable
}

/** Who keeps approvals: the room `approval`, given by `app` with `useApprovals`. */
export interface ApprovalGate {
  /** Uses up an approval of exactly this, in the act's transaction. @returns its id, if any. */
  consume(tx: Tx, asked: ApprovalAsked): Promise<string | undefined>
}

/** How far an act of somebody reaches: what he is shown. */
export interface Reach {
  readonly isAll: boolean
  readonly departments: ReadonlySet<DepartmentId>
  /** Himself, where the act is one that everybody may do on his own. */
  readonly personId: PrincipalId | undefined
  /** The role he acts in, for the trail; undefined: as himself, or by the state of the platform. */
  readonly role?: Role
}

/** Mail that somebody sent for another. */
export interface SentFor {
  readonly accountId: AccountId
  readonly as: 'send-as' | 'on-behalf'
  /** As the mail log knows it. */
  readonly messageId: string
}

/** A SASL exchange (RFC 4422): feed the client's octets, get a challenge or the principal. */
export interface SaslExchange {
  next(response: Buffer): Promise<SaslStep>
}
export type SaslStep =
  | { readonly kind: 'challenge'; readonly octets: Buffer }
  /** `octets`: additional data with success, for mechanisms that have it. */
  | { readonly kind: 'done'; readonly principal: Principal; readonly octets?: Buffer }

/** What somebody does to mail. What comes to be by it has no UIDs before. */
export type MailChange =
  | { readonly what: 'delete' | 'flag'; readonly uids: readonly number[] }
  | {
      /** `restore`: out of the recoverable items. */
      readonly what: 'move' | 'copy' | 'restore'
      readonly uids: readonly number[]
      /** In the same account. */
      readonly toMailboxId: MailboxId
    }
  | { readonly what: 'append' }
  | {
      readonly what: 'mailbox'
      readonly event: 'create' | 'rename' | 'delete' | 'annotate'
    }

export interface MailSearch {
  readonly where: 'mail' | 'recoverable'
  /** What was looked for, in the door's own words; sealed to the auditors. */
  readonly query: string
  /** What it found. */
  readonly uids: readonly number[]
}

type InMailbox = Required<Pick<ActObject, 'accountId' | 'mailboxId'>>

/** What somebody asked for and may not. */
export interface RefusedAct {
  readonly act: string
  /** The refusal's code. */
  readonly code: string
  readonly accountId?: AccountId
}

/** Ends when it is disposed. */
export interface Resumed extends Disposable {
  readonly principal: Principal
}

export interface Access extends AsyncDisposable {
  /** Refusal('bad-credentials' | 'throttled' | 'suspended'); same answer and time for nobody. */
  signIn(
    attempt: Attempt,
    identity: string,
    password: string,
    /** SASL authorization identity; empty means the same. */
    authorizeAs?: string,
  ): Promise<Principal>
  /** `PLAIN`, `LOGIN`, `SCRAM-SHA-256`: those offered at this door and channel. */
  mechanisms(attempt: Attempt): readonly string[]
  /** Undefined: unknown mechanism. `initial` undefined: the client sent no initial response. */
  sasl(attempt: Attempt, mechanism: string): SaslExchange | undefined
  signOut(principal: Principal): void
  /** Whether what he signed in with would open another door as well. */
  opensToo(principal: Principal, door: Door): boolean
  /**
   * Somebody as he once was signed in, for what he asked then to be done now: he may what the directory
   * lets him do at this moment, and nothing once that is disposed.
   */
  resume(asked: Principal): Resumed

  /** Own account first, then posts, then shared, by name. */
  accountsOf(principal: Principal): readonly AccountGrant[]
  /**
   * Throws Refusal('not-permitted' | 'needs-approval') or returns the grant it rests on. An approval
   * is not looked for: that is done where the act happens, by the gate of a writing.
   */
  permit(principal: Principal, act: Act, object: ActObject): AccountGrant | undefined
  /**
   * Says that a principal is about to be shown messages of an account. This and the three that follow
   * resolve when the entry is sealed, at once where the account is his own or a post's that he holds.
   * Refusal('audit-unavailable'): nothing may be shown, changed or sent.
   */
  recordRead(principal: Principal, object: InMailbox, uids: readonly number[]): Promise<void>
  /** Before he hears what a search in headers or bodies found; a read of the hits is in it. */
  recordSearch(principal: Principal, object: InMailbox, search: MailSearch): Promise<void>
  /** Before something is changed or deleted; what is then not done stays in the trail. */
  recordChange(principal: Principal, object: InMailbox, change: MailChange): Promise<void>
  /** He asked for what he may not, and heard so. Not waited for. */
  noteRefused(principal: Principal, refused: RefusedAct): void
  /** Addresses he may send as: own, aliases, held posts, shared mailboxes with right `p`. */
  maySendAs(principal: Principal, address: string): AccountGrant | undefined
  /** As `maySendAs`, and those of owners who let him send on their behalf: then he is the Sender. */
  maySendOnBehalf(principal: Principal, address: string): AccountGrant | undefined
  /** Before mail is accepted that he sends for another. */
  recordSend(principal: Principal, sent: SentFor): Promise<void>
  /** Fires when the principal's sessions must end: suspended, left, password changed. */
  onRevoked(principal: Principal, listener: () => void): Disposable
}
