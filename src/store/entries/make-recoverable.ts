/**
 * What stands in no mailbox of its owner any more goes among his recoverable items, held messages
 * too, so that a hold is never betrayed. Architecture D9.
 */
import type { Tx } from '../../db/types.ts'
import { kindOf, type StoreContext } from '../context.ts'
import { keptForHolds } from '../holds.ts'
import { ensureRecoverableMailbox, recoverableMailboxOf } from '../mailboxes/recoverable.ts'
import { flagBits } from '../types.ts'
import { putIn, readSeen, writeSeen } from './put-in.ts'
import type { Removal, RemovedEntry } from './take-out.ts'

export type SeenRows = Awaited<ReturnType<typeof readSeen>>

/** Before the entries go: who had seen them, in an account where \Seen is each user's own. */
export async function seenBefore(
  context: StoreContext,
  tx: Tx,
  { account, mailbox, uids }: Removal,
): Promise<SeenRows> {
  const isShared = (await kindOf(context, account)) !== 'person'
  return isShared ? readSeen(tx, account, mailbox, uids) : []
}

/** Within a transaction that holds the account, after the entries are gone. */
export async function makeRecoverable(
  context: StoreContext,
  tx: Tx,
  { account, mailbox, modSeq }: Removal,
  { removed, seen }: { readonly removed: readonly RemovedEntry[]; readonly seen: SeenRows },
): Promise<void> {
  const now = context.clock.now()
  const items = recoverableMailboxOf(account)
  const rows = await tx.rows<{ message_id: string; has_entry: boolean }>({
    name: 'store.make-recoverable',
    text: `WITH noted AS (
        INSERT INTO recoverable AS r (account_id, message_id, mailbox_id, deleted_at, until)
        SELECT $1, m, $2, $4, $5 FROM (SELECT DISTINCT unnest($3::uuid[]) AS m) AS gone
        WHERE NOT EXISTS (
          SELECT FROM entry WHERE account_id = $1 AND message_id = m AND mailbox_id <> $6)
        ON CONFLICT (account_id, message_id) DO UPDATE
          SET mailbox_id = excluded.mailbox_id, deleted_at = excluded.deleted_at,
            until = excluded.until
        RETURNING message_id, EXISTS (SELECT FROM entry WHERE account_id = $1
          AND entry.message_id = r.message_id AND entry.mailbox_id = $6) AS has_entry
      ), held AS (${keptForHolds('noted', '$4')})
      SELECT message_id, has_entry FROM noted`,
    values: [
      account,
      mailbox,
      removed.map((row) => row.message_id),
      now,
      now + context.recoverableMs(),
      items,
    ],
  })
  // Who had copied a message out of the recoverable items finds it there still.
  const isWanted = new Set(rows.filter((row) => !row.has_entry).map((row) => row.message_id))
  const last = new Map(removed.map((row) => [row.message_id, row]))
  const entries = [...last.values()]
    .filter((row) => isWanted.has(row.message_id))
    .map((row) => ({ ...row, flags: row.flags & ~flagBits['\\Deleted'] }))
  if (entries.length === 0) return
  await ensureRecoverableMailbox(context, tx, account, modSeq)
  const copied = await putIn(context, tx, { account, mailbox: items, modSeq, entries })
  const uids = new Set(entries.map((entry) => entry.uid))
  const kept = seen.filter((row) => uids.has(row.uid))
  await writeSeen(tx, { account, mailbox: items }, kept, copied)
}
