/**
 * One gate for "may he": every act on data passes `Access`; no handler compares roles. Architecture
 * D9. Sign-in is here too, because who somebody is and what he may are one question with one answer.
 */
import type { AccountId, DepartmentId, MailboxId, PrincipalId } from '../base/id.ts'
import type { AccountKind } from '../store/types.ts'

/** The doors a credential may be scoped to. */
export type Door = 'smtp' | 'imap' | 'jmap' | 'dav' | 'http' | 'admin'

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
}

/** An account a principal may reach and what he may there. */
export interface AccountGrant {
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly kind: AccountKind
  /** `own`, `held` post, `member` of a shared mailbox. */
  readonly basis: 'own' | 'held' | 'member'
  /** Name under `Posts/` or `Shared/`; empty for the own account. Never contains `/`. */
  readonly name: string
  /** RFC 4314 letters. */
  readonly rights: string
  /** Address of the account: an identity he may send as if the rights have `p`. */
  readonly address: string
}

/** Acts, closed and stored in audit entries: add, never rename. */
export type Act =
  | 'mail.lookup'
  | 'mail.read'
  | 'mail.seen'
  | 'mail.write'
  | 'mail.insert'
  | 'mail.create'
  | 'mail.delete-mailbox'
  | 'mail.delete-message'
  | 'mail.expunge'
  | 'mail.administer'
  | 'mail.submit'
  | 'directory.read'
  | 'directory.write'
  | 'credential.write'
  | 'platform.operate'

export interface ActObject {
  readonly accountId?: AccountId
  readonly mailboxId?: MailboxId
  readonly departmentId?: DepartmentId
}

/** A SASL exchange (RFC 4422): feed the client's octets, get a challenge or the principal. */
export interface SaslExchange {
  next(response: Buffer): Promise<SaslStep>
}
export type SaslStep =
  | { readonly kind: 'challenge'; readonly octets: Buffer }
  /** `octets`: additional data with success, for mechanisms that have it. */
  | { readonly kind: 'done'; readonly principal: Principal; readonly octets?: Buffer }

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

  /** Own account first, then posts, then shared, by name. */
  accountsOf(principal: Principal): readonly AccountGrant[]
  /** Throws Refusal('not-permitted') or returns the grant it rests on. */
  permit(principal: Principal, act: Act, object: ActObject): AccountGrant | undefined
  /**
   * Says that a principal read in an account; coalesced into the audit trail when he is not its
   * owner. Resolves when it is certain that the entry will be there.
   */
  recordRead(
    principal: Principal,
    object: Required<Pick<ActObject, 'accountId' | 'mailboxId'>>,
    uids: readonly number[],
  ): Promise<void>
  /** Addresses he may send as: own, aliases, held posts, shared mailboxes with right `p`. */
  maySendAs(principal: Principal, address: string): AccountGrant | undefined
  /** Fires when the principal's sessions must end: suspended, left, password changed. */
  onRevoked(principal: Principal, listener: () => void): Disposable
}
