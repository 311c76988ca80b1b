/**
 * What other rooms know of audit: recording an act in its own transaction, recording what has none,
 * and waiting until somebody outside has the entry. The entries themselves are in `events.ts`.
 */
import type { Db, Tx } from '../db/types.ts'
import type { AuditEntry } from './events.ts'

export type { AuditEntry, EntryKind } from './events.ts'

export interface Audit {
  /** In the act's own transaction. */
  record(tx: Tx, entry: AuditEntry): Promise<void>
  /** For acts that have no transaction; several are written together. Durable when it resolves. */
  recordAlone(entry: AuditEntry): Promise<void>
  /**
   * For acts on others' data: resolves only when the audit process has sealed the entry into its log,
   * so that nothing is shown of which somebody outside does not know.
   * @throws Refusal('audit-unavailable') when it cannot be reached in time; the entry stays.
   */
  recordAcknowledged(entry: AuditEntry): Promise<void>
  /**
   * The same for acts that were recorded in their transaction, after it has ended: everything recorded
   * here so far, so that one still open would be waited for.
   * @throws Refusal('audit-unavailable')
   */
  acknowledged(): Promise<void>
  /** Opens the newest entries: the command line's and the tests' view until the log exists. */
  list(db: Db, limit: number): Promise<readonly StoredEntry[]>
}

/** Knows what the audit process has sealed. Given by the shipper; without one nothing is ever sealed. */
export interface Sealing {
  /** The last sealed number of this node; undefined while nobody has answered. */
  readonly sealedSeq: number | undefined
  /** There are new entries: they go soon, together with what follows. */
  wake(): void
  /**
   * Resolves when this node's entries up to `seq` are sealed; ships at once what waits.
   * @throws Refusal('audit-unavailable')
   */
  acknowledged(seq: number): Promise<void>
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
