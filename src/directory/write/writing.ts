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

export interface Actor {
  readonly principalId?: PrincipalId
  readonly sessionId?: string
  readonly remoteAddress?: string
  readonly reason?: string
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

/** Acts after which somebody may read mail he could not read before (architecture D10): why, says `access`. */
export type GrantingAct =
  | 'person.reactivate'
  | 'post.appoint'
  | 'shared.add-member'
  | 'list.add-member'
  | 'list.set-owner'
  | 'address.add-alias'
  | 'password.set-for-another'
  | 'app-password.create-for-another'

/** Refusal('needs-approval') unless the act may be done now. Given by `access`. */
export type GrantGate = (tx: Tx, act: GrantingAct) => Promise<void>
