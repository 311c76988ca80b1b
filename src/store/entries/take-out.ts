/** Entries out of a mailbox, with a tombstone for each; what becomes of their messages is others' work. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'

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
