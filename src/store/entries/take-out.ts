/** Entries out of a mailbox, with a tombstone for each; what becomes of their messages is others' work. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'

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
export async function takeOut(
  context: StoreContext,
  tx: Tx,
  removal: Removal,
): Promise<readonly RemovedEntry[]> {
  const { account, mailbox, modSeq, uids } = removal
  const removed = await tx.rows<RemovedEntry>({
    name: 'store.take-out',
    text: takeOutSql,
    values: [account, mailbox, uids ?? null, modSeq],
  })
  const gone = removed.map((row) => row.uid)
  tx.afterCommit(() => context.mirror.forget(mailbox, gone))
  return removed
}

const takeOutSql = `
WITH gone AS (
  DELETE FROM entry WHERE account_id = $1 AND mailbox_id = $2
    AND ($3::bigint[] IS NULL OR uid = ANY($3::bigint[]))
  RETURNING uid, message_id, flags, keywords, octets, shown_modseq
), buried AS (
  INSERT INTO entry_gone (account_id, mailbox_id, uid, modseq, message_id, shown_modseq)
  SELECT $1, $2, uid, $4, message_id, shown_modseq FROM gone
), counted AS (
  UPDATE mailbox SET messages = mailbox.messages - n.messages, octets = mailbox.octets - n.octets,
    highest_modseq = $4
  FROM (SELECT count(*) AS messages, sum(octets) AS octets FROM gone) AS n
  WHERE account_id = $1 AND mailbox_id = $2 AND n.messages > 0
)
SELECT uid, message_id, flags, keywords, octets FROM gone ORDER BY uid`

export function sumOctets(rows: readonly { readonly octets: number }[]): number {
  return rows.reduce((sum, row) => sum + row.octets, 0)
}
