/**
 * EXPUNGE in an account with one user: after the account's row is locked, everything is one statement.
 * What `remove-entries.ts` says of entries that leave a mailbox holds here too. Architecture D9.
 */
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { StoreContext } from '../context.ts'
import { keptForHolds } from '../holds.ts'
import { changeAccount } from '../mailboxes/change.ts'
import { ensureRecoverableMailbox, recoverableMailboxOf } from '../mailboxes/recoverable.ts'
import { flagBits } from '../types.ts'

interface Where {
  readonly account: AccountId
  readonly mailbox: MailboxId
}

/** With `uids` undefined: all entries that are \Deleted. With `uids`: exactly those. */
export async function expungeOwn(
  context: StoreContext,
  { account, mailbox }: Where,
  uids: readonly number[] | undefined,
): Promise<{ readonly uids: readonly number[]; readonly modSeq: number }> {
  const { mirror } = context
  const state = await mirror.accounts.current(account)
  const known = state.find(mailbox)
  // No modSeq was taken: 0 is before everything that anybody has seen.
  const nothing = { uids: [], modSeq: 0 }
  if (known === undefined || uids?.length === 0) return nothing
  // Programs that close a mailbox expunge it whether anything is deleted or not.
  if (
    uids === undefined &&
    (await mirror.mailboxes.current(known)).columns().counts().deleted === 0
  )
    return nothing
  const items = recoverableMailboxOf(account)
  return changeAccount(context, account, async (tx, modSeq) => {
    if (state.find(items) === undefined)
      await ensureRecoverableMailbox(context, tx, account, modSeq)
    const now = context.clock.now()
    const values = [
      account,
      mailbox,
      uids ?? null,
      modSeq,
      now,
      now + context.recoverableMs(),
      items,
    ]
    const rows = await tx.rows<{ uid: number }>({ name: 'store.expunge', text: expungeSql, values })
    const gone = rows.map((row) => row.uid)
    tx.afterCommit(() => mirror.forget(mailbox, gone))
    return { uids: gone, modSeq }
  })
}

// $1 account $2 mailbox $3 UIDs $4 modseq $5 now $6 recoverable until $7 mailbox of recoverable items
// The statement sees the entries it deletes: a message is lost when it has no others, and a fresh item
// when it does not stand among the recoverable ones already.
const expungeSql = `
WITH gone AS (
  DELETE FROM entry WHERE account_id = $1 AND mailbox_id = $2
    AND CASE WHEN $3::bigint[] IS NULL THEN flags & ${flagBits['\\Deleted']} <> 0
      ELSE uid = ANY($3::bigint[]) END
  RETURNING uid, message_id, flags, keywords, octets, shown_modseq
), total AS (
  SELECT count(*) AS messages, sum(octets) AS octets FROM gone
), buried AS (
  INSERT INTO entry_gone (account_id, mailbox_id, uid, modseq, message_id, shown_modseq)
  SELECT $1, $2, uid, $4, message_id, shown_modseq FROM gone
), counted AS (
  UPDATE mailbox SET messages = mailbox.messages - total.messages,
    octets = mailbox.octets - total.octets, highest_modseq = $4
  FROM total WHERE account_id = $1 AND mailbox_id = $2 AND total.messages > 0
), given_back AS (
  UPDATE account SET used_octets = used_octets - total.octets,
    used_messages = used_messages - total.messages
  FROM total WHERE account_id = $1 AND total.messages > 0
), lost AS (
  SELECT DISTINCT ON (message_id) message_id, uid, flags, keywords, octets FROM gone
  WHERE NOT EXISTS (SELECT FROM entry e WHERE e.account_id = $1 AND e.message_id = gone.message_id
    AND e.mailbox_id <> $7 AND NOT (e.mailbox_id = $2 AND e.uid IN (SELECT uid FROM gone)))
  ORDER BY message_id, uid DESC
), noted AS (
  INSERT INTO recoverable (account_id, message_id, mailbox_id, deleted_at, until)
  SELECT $1, message_id, $2, $5, $6 FROM lost
  ON CONFLICT (account_id, message_id) DO UPDATE SET mailbox_id = excluded.mailbox_id,
    deleted_at = excluded.deleted_at, until = excluded.until
), held AS (${keptForHolds('lost', '$5')}
), fresh AS (
  SELECT message_id, flags & ~${flagBits['\\Deleted']} AS flags, keywords, octets,
    row_number() OVER (ORDER BY uid) - 1 AS place
  FROM lost WHERE NOT EXISTS (SELECT FROM entry e WHERE e.account_id = $1
    AND e.message_id = lost.message_id AND e.mailbox_id = $7)
), slots AS (
  UPDATE mailbox SET uid_next = uid_next + n.messages, messages = mailbox.messages + n.messages,
    octets = mailbox.octets + n.octets, highest_modseq = $4
  FROM (SELECT count(*) AS messages, sum(octets) AS octets FROM fresh) AS n
  WHERE account_id = $1 AND mailbox_id = $7 AND n.messages > 0
  RETURNING uid_next - n.messages AS first
), placed AS (
  INSERT INTO entry (account_id, mailbox_id, uid, message_id, modseq, flags, keywords, octets,
    saved_at, shown_modseq)
  SELECT $1, $7, first + place, message_id, $4, flags, keywords, octets, $5, $4 FROM fresh, slots
)
SELECT uid FROM gone ORDER BY uid`
