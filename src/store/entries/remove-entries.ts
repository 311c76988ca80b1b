/**
 * Entries leave a mailbox: a tombstone for each, and a message that now stands in no mailbox becomes
 * recoverable, held ones too, so that a hold is never betrayed. Architecture D9.
 */
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import { recoverableMs } from '../limits.ts'

export interface Removal {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly modSeq: number
  /** All entries when undefined. */
  readonly uids: readonly number[] | undefined
}

export interface RemovedEntry {
  readonly uid: number
  readonly message_id: string
  readonly flags: number
  readonly keywords: number
  readonly octets: number
}

/** Within a transaction that holds the account. @returns the UIDs, ascending. */
export async function removeEntries(
  context: StoreContext,
  tx: Tx,
  removal: Removal,
): Promise<readonly number[]> {
  const removed = await takeOut(tx, removal)
  if (removed.length === 0) return []
  const { account, mailbox } = removal
  const now = context.clock.now()
  await tx.execute({
    name: 'store.make-recoverable',
    text: `INSERT INTO recoverable (account_id, message_id, mailbox_id, deleted_at, until)
      SELECT $1, m, $2, $4, $5 FROM (SELECT DISTINCT unnest($3::uuid[]) AS m) AS gone
      WHERE NOT EXISTS (SELECT FROM entry WHERE account_id = $1 AND message_id = m)
      ON CONFLICT DO NOTHING`,
    values: [account, mailbox, removed.map((row) => row.message_id), now, now + recoverableMs],
  })
  await tx.execute({
    name: 'store.give-back',
    text: `UPDATE account SET used_octets = used_octets - $2, used_messages = used_messages - $3
      WHERE account_id = $1`,
    values: [account, sumOctets(removed), removed.length],
  })
  return removed.map((row) => row.uid)
}

/** Deletes the entries, buries them and counts the mailbox anew. In UID order. */
export async function takeOut(tx: Tx, removal: Removal): Promise<readonly RemovedEntry[]> {
  const { account, mailbox, modSeq, uids } = removal
  const removed = await tx.rows<RemovedEntry>({
    name: 'store.take-out',
    text: `WITH gone AS (DELETE FROM entry WHERE account_id = $1 AND mailbox_id = $2
        AND ($3::bigint[] IS NULL OR uid = ANY($3::bigint[]))
        RETURNING uid, message_id, flags, keywords, octets)
      SELECT uid, message_id, flags, keywords, octets FROM gone ORDER BY uid`,
    values: [account, mailbox, uids ?? null],
  })
  if (removed.length === 0) return removed
  await tx.execute({
    name: 'store.bury',
    text: `INSERT INTO entry_gone (account_id, mailbox_id, uid, modseq)
      SELECT $1, $2, unnest($3::bigint[]), $4`,
    values: [account, mailbox, removed.map((row) => row.uid), modSeq],
  })
  await tx.execute({
    name: 'store.count-out',
    text: `UPDATE mailbox SET messages = messages - $3, octets = octets - $4, highest_modseq = $5
      WHERE account_id = $1 AND mailbox_id = $2`,
    values: [account, mailbox, removed.length, sumOctets(removed), modSeq],
  })
  return removed
}

export function sumOctets(rows: readonly { readonly octets: number }[]): number {
  return rows.reduce((sum, row) => sum + row.octets, 0)
}
