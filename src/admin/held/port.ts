/** What the verbs of set-aside mail stand on. */
import type { Millis } from '../../base/clock.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'

/** What was set aside for an account. Its owner alone is shown who wrote it and what about. */
export interface HeldMessage {
  /** Of the queued message. */
  readonly id: string
  /** In the mail log. */
  readonly messageId: string
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly address: string
  readonly from: string
  readonly subject: string
  readonly octets: number
  /** The rule, and in plain words. */
  readonly reason: string
  readonly about: string
  readonly heldAt: Millis
  readonly expiresAt: Millis
  /** A virus is in it: nobody gets it. */
  readonly isDangerous: boolean
  readonly request: { readonly at: Millis; readonly by: PrincipalId } | undefined
}

/** Whether somebody may was asked before; all acts are within the transaction that records them. */
export interface HeldMail {
  /** The oldest first. */
  waitingFor(accounts: readonly AccountId[]): Promise<readonly HeldMessage[]>
  /** Of which departments so ever; asked for the longest ago first. */
  requested(): Promise<readonly HeldMessage[]>
  /** @returns false: it was asked for already, or is gone. */
  request(tx: Tx, id: string, by: PrincipalId): Promise<boolean>
  /** To its owner. Refusal('not-found' | 'malware') */
  letGo(tx: Tx, id: string): Promise<void>
  /** Refusal('not-found'); 'message-held' while a matter keeps the owner's mail. */
  refuse(tx: Tx, id: string): Promise<void>
}
