/** What every writer of the directory is given, and the ports it uses that others fill. */
import type { Audit } from '../../audit/types.ts'
import type { Clock } from '../../base/clock.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'

export interface Writing {
  readonly keys: Keys
  readonly clock: Clock
  readonly audit: Audit
  /** Who does it, for the audit trail. */
  readonly actor: Actor
  readonly makeAccount: AccountMaker
  readonly moveAccount: AccountMover
  readonly requireGrant: GrantGate
}

/** What those need who write roles, delegations and credentials: no account is made. */
export type PowersWriting = Pick<Writing, 'clock' | 'audit' | 'actor' | 'requireGrant'> & {
  readonly keys: Pick<Keys, 'directory' | 'authority'>
}

export interface Actor {
  readonly principalId?: PrincipalId
  readonly sessionId?: string
  readonly remoteAddress?: string
  readonly reason?: string
  /** The case or ticket it belongs to. */
  readonly ticket?: string
}

export interface NewAccount {
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly kind: 'person' | 'post' | 'shared'
}

/** Makes the mail account with its first mailboxes; its keys are there already. Given by `app`. */
export type AccountMaker = (tx: Tx, account: NewAccount) => Promise<void>

/** Says to the store that an account belongs to another department now. Given by `app`. */
export type AccountMover = (tx: Tx, account: NewAccount) => Promise<void>

/**
 * The acts of all who write the directory and, in `access`, credentials: their rules stand in the
 * catalogue there.
 */
export type DirectoryAct =
  | 'department.create'
  | 'department.rename'
  | 'department.set-limit'
  | 'domain.add'
  | 'domain.remove'
  | 'person.create'
  | 'person.rename'
  | 'person.move'
  | 'person.suspend'
  | 'person.resume'
  | 'person.leave'
  | 'person.reactivate'
  | 'post.create'
  | 'post.rename'
  | 'post.appoint'
  | 'post.end-appointment'
  | 'post.remove'
  | 'shared.create'
  | 'shared.rename'
  | 'shared.add-member'
  | 'shared.remove-member'
  | 'list.create'
  | 'list.rename'
  | 'list.add-member'
  | 'list.remove-member'
  | 'list.set-owner'
  | 'list.set-posting'
  | 'list.remove'
  | 'address.add-alias'
  | 'address.reassign'
  | 'address.set-primary'
  | 'address.remove-alias'
  | 'quota.set'
  | 'redirect.set'
  | 'redirect.set-own'
  | 'redirect.set-external'
  | 'redirect.remove'
  | 'redirect.remove-own'
  | 'filter.set-own'
  | 'filter.remove-own'
  | 'vacation.set-own'
  | 'share-notice.dismiss'
  | 'policy.raise'
  | 'policy.lower'
  | 'audit.change-settings'
  | 'key.rotate'
  | 'role.grant'
  | 'role.grant-security'
  | 'role.grant-auditor'
  | 'role.revoke'
  | 'role.revoke-auditor'
  | 'platform.take-seat'
  | 'delegation.grant'
  | 'delegation.grant-for-another'
  | 'delegation.revoke'
  | 'delegation.revoke-for-another'
  | 'password.change-own'
  | 'password.reset-for-another'
  | 'program.allow-own'
  | 'program.end-own'
  | 'factor.add-own'
  | 'factor.remove-own'
  | 'factor.make-recovery-codes-own'
  | 'factor.reset-for-another'
  | 'app-password.create-own'
  | 'app-password.create-for-another'
  | 'app-password.revoke-own'
  | 'app-password.revoke-for-another'

/** What is asked before something is written: the act, whom it concerns, and all that makes it up. */
export interface AskedOfDirectory {
  readonly act: DirectoryAct
  readonly object: {
    readonly departmentId?: DepartmentId
    readonly accountId?: AccountId
    readonly personId?: PrincipalId
    readonly objectId?: string
  }
  readonly input: Readonly<
    Record<string, string | number | boolean | readonly string[] | undefined>
  >
}

/** In which role and with which approval the act is done: for the audit entry. */
export interface Granted {
  readonly role?: string
  readonly approvalId?: string
}

/**
 * Every writer asks before it writes, in the same transaction (architecture D10). Given by `access`.
 * @throws Refusal('not-permitted' | 'needs-approval')
 */
export type GrantGate = (tx: Tx, asked: AskedOfDirectory) => Promise<Granted>
