/** What its owner deleted and can have back, until it is destroyed through the deletion gate. */
import type { AccountId, MailboxId, MessageId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { violated } from '../db/faults.ts'
import type { StoreContext } from './context.ts'
import { putIn } from './entries/put-in.ts'
import { changeAccount } from './mailboxes/change.ts'
import type { Appended, Recoverable } from './types.ts'

interface RecoverableRow {
  readonly message_id: MessageId
  readonly mailbox_id: MailboxId
  readonly deleted_at: number
  readonly until: number
  readonly octets: number
}

export async function readRecoverable(
  context: StoreContext,
  account: AccountId,
): Promise<readonly Recoverable[]> {
  const rows = await context.database.rows<RecoverableRow>({
    name: 'store.recoverable',
    text: `SELECT r.message_id, r.mailbox_id, r.deleted_at, r.until, m.octets
      FROM recoverable r JOIN message m USING (account_id, message_id)
      WHERE r.account_id = $1 ORDER BY r.deleted_at DESC`,
    values: [account],
  })
  return rows.map((row) => ({
    messageId: row.message_id,
    mailboxId: row.mailbox_id,
    deletedAt: row.deleted_at,
    until: row.until,
    octets: row.octets,
  }))
}

export async function recover(
  context: StoreContext,
  account: AccountId,
  messageId: MessageId,
  mailbox: MailboxId,
): Promise<Appended> {
  return changeAccount(context, account, async (tx, modSeq) => {
    const row = await tx.row<{ octets: number }>({
      name: 'store.recover',
      text: `WITH back AS (DELETE FROM recoverable WHERE account_id = $1 AND message_id = $2
          RETURNING account_id, message_id)
        SELECT octets FROM message JOIN back USING (account_id, message_id)`,
      values: [account, messageId],
    })
    if (row === undefined) throw new Refusal('no-such-message', { account })
    await tx.execute({
      name: 'store.recover-quota',
      text: `UPDATE account SET used_octets = used_octets + $2, used_messages = used_messages + 1
        WHERE account_id = $1`,
      values: [account, row.octets],
    })
    const entries = [{ uid: 0, message_id: messageId, flags: 0, keywords: 0, octets: row.octets }]
    const { uidValidity, pairs } = await putIn(context, tx, { account, mailbox, modSeq, entries })
    return { messageId, uid: pairs[0]?.[1] ?? 0, uidValidity, modSeq }
  })
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
      ORDER BY until LIMIT ${destroyBatch}`,
    values: [account, context.clock.now()],
  })
  let destroyed = 0
  for (const { message_id: id } of due) if (await destroy(context, account, id)) destroyed++
  return destroyed
}

/** @returns false when a hold keeps it. */
async function destroy(context: StoreContext, account: AccountId, id: MessageId): Promise<boolean> {
  try {
    await context.database.transaction(async (tx) => {
      const values = [account, id]
      await tx.execute({
        name: 'store.destroy-recoverable',
        text: 'DELETE FROM recoverable WHERE account_id = $1 AND message_id = $2',
        values,
      })
      await tx.execute({
        name: 'store.destroy-message',
        text: 'DELETE FROM message WHERE account_id = $1 AND message_id = $2',
        values,
      })
    })
    return true
  } catch (error) {
    if (violated(error)?.code === '23503') return false
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
