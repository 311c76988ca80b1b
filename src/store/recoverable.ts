/** What its owner deleted and can have back, until it is destroyed through the deletion gate. */
import type { AccountId, MailboxId, MessageId } from '../base/id.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import { violated } from '../db/faults.ts'
import type { StoreContext } from './context.ts'
import type { Tx } from '../db/types.ts'
import { recoverEntries } from './entries/recover-entries.ts'
import { takeOut } from './entries/take-out.ts'
import { changeAccount } from './mailboxes/change.ts'
import { recoverableMailboxOf, refuseRecoverable } from './mailboxes/recoverable.ts'
import { isAnyPacked, leavePacks } from './packs/leave-packs.ts'
import { hasWords, leaveDocuments } from './documents/forget.ts'
import { forgetUnpacked, unpackTexts } from './search/unpack.ts'
import type { Appended, Recoverable, RecoverableAsked } from './types.ts'

interface RecoverableRow {
  readonly message_id: MessageId
  readonly uid: number
  readonly mailbox_id: MailboxId
  readonly deleted_at: number
  readonly until: number
  readonly octets: number
}

/** Latest deleted first. */
export async function readRecoverable(
  context: StoreContext,
  account: AccountId,
  { ids, position = 0, limit }: RecoverableAsked = {},
): Promise<readonly Recoverable[]> {
  const rows = await context.database.rows<RecoverableRow>({
    name: 'store.recoverable',
    text: `SELECT r.message_id, e.uid, r.mailbox_id, r.deleted_at, r.until, m.octets
      FROM recoverable r JOIN message m USING (account_id, message_id)
        JOIN entry e USING (account_id, message_id)
      WHERE r.account_id = $1 AND e.mailbox_id = $2 AND ($3::uuid[] IS NULL OR r.message_id = ANY($3))
      ORDER BY r.deleted_at DESC, e.uid DESC OFFSET $4 LIMIT $5`,
    values: [account, recoverableMailboxOf(account), ids ?? null, position, limit ?? null],
  })
  return rows.map((row) => ({
    messageId: row.message_id,
    uid: row.uid,
    mailboxId: row.mailbox_id,
    deletedAt: row.deleted_at,
    until: row.until,
    octets: row.octets,
  }))
}

export async function countRecoverable(context: StoreContext, account: AccountId): Promise<number> {
  const row = await context.database.row<{ n: number }>({
    name: 'store.count-recoverable',
    text: `SELECT count(*)::int AS n
      FROM recoverable r JOIN entry e USING (account_id, message_id)
      WHERE r.account_id = $1 AND e.mailbox_id = $2`,
    values: [account, recoverableMailboxOf(account)],
  })
  return row?.n ?? 0
}

/** One message back by its id; `move` out of the mailbox recovers many. */
export async function recover(
  context: StoreContext,
  account: AccountId,
  messageId: MessageId,
  to: MailboxId,
): Promise<Appended> {
  refuseRecoverable(account, to)
  return changeAccount(context, account, async (tx, modSeq) => {
    const uid = await findUid(tx, account, messageId)
    if (uid === undefined) throw new Refusal('no-such-message', { account })
    const recovery = { account, to, modSeq, uids: [uid] }
    const { uidValidity, pairs } = await recoverEntries(context, tx, recovery)
    return { messageId, uid: pairs[0]?.[1] ?? 0, uidValidity, modSeq }
  })
}

/** Its UID among the recoverable items. */
async function findUid(tx: Tx, account: AccountId, id: MessageId): Promise<number | undefined> {
  const row = await tx.row<{ uid: number }>({
    name: 'store.recoverable-uid',
    text: `SELECT uid FROM entry JOIN recoverable USING (account_id, message_id)
      WHERE account_id = $1 AND message_id = $2 AND entry.mailbox_id = $3`,
    values: [account, id, recoverableMailboxOf(account)],
  })
  return row?.uid
}

/** Messages destroyed in one transaction at most: a lock is held meanwhile. */
const destroyBatch = 200

/**
 * Destroys what can no longer be recovered: the content's wrapped key goes with its row. A held message
 * stays; the database itself refuses it. @returns how many are gone.
 */
export async function destroyExpired(context: StoreContext, account: AccountId): Promise<number> {
  const due = await context.database.rows<{ message_id: MessageId }>({
    name: 'store.due',
    text: `SELECT message_id FROM recoverable r WHERE account_id = $1 AND until <= $2
        AND NOT EXISTS (SELECT FROM hold h WHERE h.account_id = $1 AND h.message_id = r.message_id)
        AND NOT EXISTS
          (SELECT FROM submission_held s WHERE s.account_id = $1 AND s.message_id = r.message_id)
        AND NOT EXISTS (SELECT FROM message m, unnest($3::bigint[], $4::bigint[]) AS t (begun, ended)
          WHERE m.account_id = $1 AND m.message_id = r.message_id
            AND m.received_at >= t.begun AND m.received_at < t.ended)
      ORDER BY until LIMIT ${destroyBatch}`,
    values: [account, context.clock.now(), ...timesHeld(context, account)],
  })
  const ids = due.map((row) => row.message_id)
  await unpackTexts(context, account, ids)
  await leavePacks(context, account, ids)
  await leaveDocuments(context, account, ids)
  let destroyed = 0
  for (const id of ids) if (await destroy(context, account, id)) destroyed++
  await forgetUnpacked(context, account, ids)
  return destroyed
}

/** As the record under the authority's MAC says it: whoever took the rows of a hold away gains nothing. */
function timesHeld({ holdsOf }: StoreContext, account: AccountId) {
  const holds = holdsOf(account)
  return [
    holds.map((one) => one.receivedFrom ?? 0),
    holds.map((one) => one.receivedBefore ?? Number.MAX_SAFE_INTEGER),
  ]
}

/** @returns false when a hold keeps it, or when it stands in a mailbox again. */
async function destroy(context: StoreContext, account: AccountId, id: MessageId): Promise<boolean> {
  try {
    return await changeAccount(context, account, async (tx, modSeq) => {
      // Packed since: the next round takes it out first.
      if ((await isAnyPacked(tx, account, [id])) || (await hasWords(tx, account, [id])))
        throw new Refusal('try-again', { account })
      const uid = await findUid(tx, account, id)
      // Since it was found due he may have had it back, and even deleted it anew.
      const isDue = await tx.execute({
        name: 'store.destroy-recoverable',
        text: `DELETE FROM recoverable
          WHERE account_id = $1 AND message_id = $2 AND until <= $3`,
        values: [account, id, context.clock.now()],
      })
      if (isDue === 0) return false
      const mailbox = recoverableMailboxOf(account)
      if (uid !== undefined) await takeOut(context, tx, { account, mailbox, modSeq, uids: [uid] })
      // A copy of it may stand in a mailbox: then only the item of the past goes.
      const destroyed = await tx.execute({
        name: 'store.destroy-message',
        text: `WITH gone AS (
            DELETE FROM message m WHERE account_id = $1 AND message_id = $2 AND NOT EXISTS
              (SELECT FROM entry e WHERE e.account_id = $1 AND e.message_id = m.message_id)
            RETURNING message_id, thread_id)
          INSERT INTO message_gone (account_id, message_id, thread_id)
          SELECT $1, message_id, thread_id FROM gone`,
        values: [account, id],
      })
      return destroyed > 0
    })
  } catch (error) {
    if (violated(error)?.code === '23503' || isRefusal(error, 'try-again')) return false
    throw error
  }
}

export async function accountsWithExpired(context: StoreContext): Promise<readonly AccountId[]> {
  const rows = await context.database.rows<{ account_id: AccountId }>({
    name: 'store.expired-accounts',
    text: 'SELECT DISTINCT account_id FROM recoverable WHERE until <= $1',
    values: [context.clock.now()],
  })
  return rows.map((row) => row.account_id)
}
