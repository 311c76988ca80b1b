/**
 * Messages that wait to be sent. Whether one was sent or taken back is one change of one row, in the
 * transaction that puts it into the queue: never both, never twice.
 */
import type { Millis } from '../../base/clock.ts'
import type { AccountId, MessageId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { changeAccount } from '../mailboxes/change.ts'
import { openContent, type ContentRow } from '../messages/read.ts'
import { sendingPlaceOf, type Held } from './submissions.ts'

export interface HeldSubmission<Sending extends object = object> extends Held<Sending> {
  readonly id: string
  readonly account: AccountId
}

interface HeldRow {
  readonly account_id: AccountId
  readonly submission_id: string
  readonly message_id: MessageId
  readonly due_at: Millis
  readonly sending: Buffer
}

/** What is due, for this node until `claimedUntil`. Other nodes are given others. */
export async function claimHeld(
  context: StoreContext,
  claimedUntil: Millis,
  limit: number,
): Promise<readonly HeldSubmission[]> {
  const now = context.clock.now()
  const rows = await context.database.single<HeldRow>({
    name: 'store.claim-held',
    text: `WITH due AS (
        SELECT account_id, submission_id FROM submission_held
        WHERE due_at <= $1 AND claimed_until <= $1 ORDER BY due_at LIMIT $3
        FOR UPDATE SKIP LOCKED)
      UPDATE submission_held h SET claimed_until = $2 FROM due
      WHERE h.account_id = due.account_id AND h.submission_id = due.submission_id
      RETURNING h.account_id, h.submission_id, h.message_id, h.due_at, h.sending`,
    values: [now, claimedUntil, limit],
  })
  return Promise.all(rows.map((row) => openHeld(context, row)))
}

async function openHeld(context: StoreContext, row: HeldRow): Promise<HeldSubmission> {
  const { account_id: account, submission_id: id } = row
  const keys = await accountKeys(context, account)
  const sending = await withFreshKeys(keys, () => keys.open(sendingPlaceOf(id), row.sending))
  return {
    id,
    account,
    messageId: row.message_id,
    dueAt: row.due_at,
    // What opens is what was sealed when it was asked for.
    sending: JSON.parse(sending.toString()) as object,
  }
}

/** The message as it stood when it was submitted, wherever it stands now. */
export async function readHeld(
  context: StoreContext,
  { account, messageId }: HeldSubmission,
): Promise<Buffer> {
  const row = await context.database.row<ContentRow>({
    name: 'store.held-content',
    text: `SELECT message_id, content_key, trace, content, object_id FROM message
      WHERE account_id = $1 AND message_id = $2`,
    values: [account, messageId],
  })
  if (row === undefined) throw new Refusal('no-such-message', { account })
  return openContent(context, account, row)
}

/**
 * It is sent now, if nobody took it back: `work` puts it into the queue, in the same transaction.
 * @returns whether it was still waiting; otherwise nothing is done.
 */
export async function finishHeld(
  context: StoreContext,
  { account, id }: Pick<HeldSubmission, 'account' | 'id'>,
  work: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return changeAccount(context, account, async (tx, modSeq) => {
    if (!(await endHeld(tx, { account, id, modSeq, state: 'final' }))) return false
    await work(tx)
    return true
  })
}

/** @returns false: it has left, or is no more. Refusal('no-such-account'). */
export async function cancelHeld(
  context: StoreContext,
  account: AccountId,
  id: string,
): Promise<boolean> {
  return changeAccount(context, account, (tx, modSeq) =>
    endHeld(tx, { account, id, modSeq, state: 'canceled' }),
  )
}

interface Ended {
  readonly account: AccountId
  readonly id: string
  readonly modSeq: number
  readonly state: 'final' | 'canceled'
}

async function endHeld(tx: Tx, { account, id, modSeq, state }: Ended): Promise<boolean> {
  const ended = await tx.execute({
    name: 'store.end-submission',
    text: `UPDATE submission SET state = $4, modseq = $3
      WHERE account_id = $1 AND submission_id = $2 AND state = 'pending'`,
    values: [account, id, modSeq, state],
  })
  if (ended === 0) return false
  await tx.execute({
    name: 'store.drop-held',
    text: 'DELETE FROM submission_held WHERE account_id = $1 AND submission_id = $2',
    values: [account, id],
  })
  return true
}
