/** What the pages and the API of sign-in are given. The composition root plugs `access` in. */
import type { Oauth } from '../../access/oauth/types.ts'
import type { Principal } from '../../access/types.ts'
import type { WebAccess } from '../../access/web/types.ts'
import type { Clock, Millis } from '../../base/clock.ts'
import type { AccountId } from '../../base/id.ts'
import type { Log } from '../../telemetry/log.ts'

export interface AuthParts {
  readonly web: WebAccess
  readonly oauth: Oauth
  readonly mailboxes: OwnMailboxes
  /** Our names, in small letters: the first is the one that passkeys are made for. */
  readonly names: readonly string[]
  readonly clock: Clock
  readonly log: Log
}

/** Who asks, and from where. */
export interface Asking {
  readonly principal: Principal
  readonly remoteAddress: string
}

export interface OwnMailbox {
  readonly id: AccountId
  readonly address: string
  readonly kind: 'person' | 'post' | 'shared'
  readonly nameEn: string
  readonly nameZh: string
}

export interface Somebody {
  readonly address: string
  readonly nameEn: string
  readonly nameZh: string
}

export interface LedgerView {
  readonly lines: readonly {
    readonly at: Millis
    /** Of what stands together, the last. */
    readonly lastAt: Millis
    /** Null: the operator of the machine, or somebody who is not known any more. */
    readonly by: Somebody | null
    readonly what: string
    readonly basis: string
    readonly role: string | null
    readonly messages: number | null
    readonly until: Millis | null
    readonly approvedBy: readonly (Somebody | null)[]
    /** An approved act kept it from the owner until then. */
    readonly delayedUntil: Millis | null
  }[]
  /** How many lines are gone or were altered: somebody wrote to the database. */
  readonly damaged: number
}

export interface DelegationLine {
  readonly id: string
  readonly person: Somebody | null
  /** Null: the whole account. */
  readonly mailboxId: string | null
  /** Letters of RFC 4314, and 0: may send on behalf. */
  readonly rights: string
  readonly from: Millis
  readonly to: Millis | null
}

export interface NewDelegation {
  readonly address: string
  readonly rights: string
  /** Undefined: as long as the policy allows. */
  readonly to?: Millis | undefined
}

/** His own and those of posts he holds, and no others: Refusal('not-found'). */
export interface OwnMailboxes {
  list(asking: Asking): Promise<readonly OwnMailbox[]>
  ledgerOf(asking: Asking, accountId: AccountId): Promise<LedgerView>
  delegationsOf(
    asking: Asking,
    accountId: AccountId,
  ): Promise<{ readonly delegations: readonly DelegationLine[] }>
  /** Refusal('invalid'): `field` is `address`, `person`, `rights` or `to`. */
  delegate(asking: Asking, accountId: AccountId, wanted: NewDelegation): Promise<void>
  endDelegation(asking: Asking, accountId: AccountId, id: string): Promise<void>
}
