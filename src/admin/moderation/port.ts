/** What the verbs of moderated lists stand on. */
import type { Millis } from '../../base/clock.ts'
import type { AccountId, DepartmentId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'

/** What waits for the moderator of a list, as he is shown it: nothing of what is in it. */
export interface WaitingForModerator {
  readonly id: string
  readonly list: string
  readonly listId: string
  /** The list's owner and his department: whose consent it is. */
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  /** Empty: a machine's report. */
  readonly reversePath: string
  readonly octets: number
  readonly waitingSince: Millis
  readonly expiresAt: Millis
}

export interface ListModeration {
  /** Of the moderated lists that these accounts own, the oldest first. */
  waitingFor(accounts: readonly AccountId[]): Promise<readonly WaitingForModerator[]>
  /**
   * Prepared, and done in the transaction that records it. Refusal('not-found'): somebody was quicker,
   * or its time was over.
   */
  prepare(id: string, decision: 'let-through' | 'refuse'): Promise<(tx: Tx) => Promise<void>>
}
