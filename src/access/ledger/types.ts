/**
 * The owner's ledger: who opened an account that is not his, when, in what role, on what basis. Stored
 * data depends on `LedgerLine`: add optional fields, never rename or remove.
 */
import type { Millis } from '../../base/clock.ts'
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'

export interface LedgerLine {
  /** Who. */
  readonly byId: PrincipalId
  /** What he did. */
  readonly what:
    | 'read'
    | 'search'
    | 'change'
    | 'delete'
    | 'send'
    | 'examination-allowed'
    | 'export'
    | 'restore'
    | 'take-over'
    | 'credential-reset'
    | 'redirect'
  /** `delegated`, `member`, `examined`, or the role he acted in. */
  readonly basis: string
  readonly role?: string | undefined
  readonly mailboxId?: MailboxId | undefined
  /** Messages, where it is about messages. */
  readonly count?: number | undefined
  /** Until when it is allowed. */
  readonly until?: Millis | undefined
  readonly approvalId?: string | undefined
  readonly approvedBy?: readonly PrincipalId[] | undefined
}

export interface StoredLine extends LedgerLine {
  readonly seq: number
  readonly at: Millis
}

/** What its owner is shown: the lines that verify, and how many are missing or were altered. */
export interface LedgerPage {
  readonly lines: readonly StoredLine[]
  /** Numbers among those read whose line is gone or does not verify: somebody altered the database. */
  readonly damaged: readonly number[]
}

/** In the transaction of the audit entry that says the same. */
export interface LedgerWriter {
  write(tx: Tx, accountId: AccountId, line: LedgerLine): Promise<void>
}
