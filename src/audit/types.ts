/**
 * Audit entries: a closed, versioned union. Stored data depends on it: add kinds and optional fields,
 * never rename or remove. An entry is written in the transaction of its act (architecture D11) and
 * never holds content.
 */
import type { AccountId, DepartmentId, MailboxId, PrincipalId } from '../base/id.ts'
import type { Db, Tx } from '../db/types.ts'

interface Base {
  /** Who; undefined for the platform itself or a stranger at sign-in. */
  readonly principalId?: PrincipalId
  readonly sessionId?: string
  readonly remoteAddress?: string
  readonly reason?: string
}

export type AuditEntry = Base &
  (
    | {
        readonly kind: 'founding'
        readonly founders: readonly string[]
        readonly statement: string
      }
    | {
        readonly kind: 'sign-in'
        readonly door: string
        readonly outcome: 'success' | 'failure'
        readonly mechanism: string
        /** Identity tried, as a keyed pseudonym when it is nobody's. */
        readonly identity: string
      }
    | {
        readonly kind: 'mail-read'
        readonly accountId: AccountId
        readonly mailboxId: MailboxId
        readonly uids: readonly number[]
      }
    | {
        readonly kind: 'administration'
        /** `person.create`, `post.appoint`, … */
        readonly act: string
        readonly departmentId?: DepartmentId
        readonly objectId: string
        /** Names of fields that changed, never their values. */
        readonly fields: readonly string[]
      }
    | { readonly kind: 'refused'; readonly act: string; readonly objectId?: string }
    | {
        readonly kind: 'alarm'
        readonly what: string
        readonly table?: string
        readonly rowId?: string
      }
    | { readonly kind: 'node'; readonly event: 'start' | 'stop'; readonly nodeId: string }
    | { readonly kind: 'key'; readonly event: string; readonly keyId: string }
    /**
     * A number whose act did not happen. `mac` (hex) is what the entry would have had: the chain goes
     * on from it.
     */
    | { readonly kind: 'void'; readonly mac: string }
  )

export interface Audit {
  /** In the act's own transaction. */
  record(tx: Tx, entry: AuditEntry): Promise<void>
  /** For acts that have no transaction; several are written together. Durable when it resolves. */
  recordAlone(entry: AuditEntry): Promise<void>
  /** Opens the newest entries: the command line's and the tests' view until the log exists. */
  list(db: Db, limit: number): Promise<readonly StoredEntry[]>
}

/** The outbox holds what the audit process has not fetched yet, and is bounded. */
export interface Spool {
  /**
   * Asked before work whose trace needs room: at the bound, mail waits at its sender.
   * @throws Refusal('try-again')
   */
  requireRoom(): void
}

export interface StoredEntry {
  readonly nodeId: string
  readonly seq: number
  readonly at: number
  readonly entry: AuditEntry
}
