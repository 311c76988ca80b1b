/**
 * What the policy set aside for an account: the message waits in the queue, held; here stands for whom,
 * why, and what its owner may be told. Words: a *held copy* is one queued message for one account; it is
 * *requested* when its owner asked for it, and has *ended* when it will not come.
 */
import type { Millis } from '../../base/clock.ts'
import type { AccountId, PrincipalId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'

/** Stored sealed: add optional fields, never rename or remove. */
export interface HeldFacts {
  /** The id in the mail log. */
  readonly messageId: string
  readonly reversePath: string
  /** The account's address. */
  readonly recipient: string
  /** Who says he wrote it, as he says it. */
  readonly from: string
  readonly subject: string
  readonly octets: number
  /** The rule that decided. */
  readonly reason: string
  /** The virus scanner knows what is in it: nobody gets it. */
  readonly isDangerous: boolean
}

export interface NewHeldCopy {
  readonly accountId: AccountId
  readonly facts: HeldFacts
}

export interface HeldCopy extends NewHeldCopy {
  /** Of the queued message. */
  readonly id: string
  readonly heldAt: Millis
  readonly request: { readonly at: Millis; readonly by: PrincipalId } | undefined
  readonly ended: Ended | undefined
  readonly isTold: boolean
}

export type Ended = 'refused' | 'expired'

export interface HeldCopies {
  /** What waits for these accounts, the oldest first. */
  waitingFor(accounts: readonly AccountId[]): Promise<readonly HeldCopy[]>
  /** What their owners asked for, the longest ago first. */
  requested(): Promise<readonly HeldCopy[]>
  /** Undefined: there is none, or it has ended. */
  find(id: string): Promise<HeldCopy | undefined>
  /** @returns false: it is asked for already, or has ended. */
  request(tx: Tx, copy: HeldCopy, by: PrincipalId): Promise<boolean>
  /** The message leaves the queue as well. @returns false: somebody was quicker. */
  end(tx: Tx, id: string, how: Ended): Promise<boolean>
  /** Held before that moment, and not ended; the oldest first. */
  heldBefore(at: Millis, exceptOf: readonly AccountId[]): Promise<readonly HeldCopy[]>
  /** Accounts whose owners have something to hear and heard nothing since that moment. */
  accountsToTell(since: Millis): Promise<readonly AccountId[]>
  /** What the owner has not heard: what was held, and what ended. */
  untold(account: AccountId): Promise<readonly HeldCopy[]>
  /** He is told these now. @returns false: another node told him since that moment. */
  markTold(tx: Tx, told: Told): Promise<boolean>
}

export interface Told {
  readonly account: AccountId
  readonly copies: readonly HeldCopy[]
  readonly since: Millis
}
