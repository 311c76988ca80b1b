/**
 * Writes down what became of an attempt, with the reports it leads to, in one transaction: a crash
 * repeats the attempt, never half of its consequences.
 */
import type { Tx } from '../db/types.ts'
import { bucketOf } from './bucket.ts'
import type { Next } from './decide.ts'
import { enqueueIn, sealInputs } from './enqueue.ts'
import type { QueueContext } from './enqueue.ts'
import { sealReply } from './sealed.ts'
import type { Attempt, QueueInput } from './types.ts'

export interface Settlement {
  readonly messageId: string
  readonly results: readonly (readonly [attempt: Attempt, next: Next])[]
  /** What the sender is told. */
  readonly reports: readonly QueueInput[]
}

/** Another node has claimed a recipient since: the attempt was given up for lost and is its own. */
class ClaimLost extends Error {
  override readonly name = 'ClaimLost'
}

/** @returns false when the claim was lost: nothing is written then. */
export async function settle(context: QueueContext, settlement: Settlement): Promise<boolean> {
  const sealed = await sealInputs(context, settlement.reports)
  try {
    await context.database.transaction(async (tx) => {
      // Two nodes may settle two recipients of one message: the last one must see it.
      await lockMessage(tx, settlement.messageId)
      for (const [attempt, next] of settlement.results)
        await settleRecipient(context, tx, settlement.messageId, attempt, next)
      await deleteMessageWithoutRecipients(tx, settlement.messageId)
      await enqueueIn(context, tx, sealed)
    })
    return true
  } catch (error) {
    if (error instanceof ClaimLost) return false
    throw error
  }
}

export async function lockMessage(tx: Tx, id: string): Promise<void> {
  await tx.execute({
    name: 'queue.lock-message',
    text: 'SELECT FROM queued_message WHERE bucket = $1 AND message_id = $2 FOR UPDATE',
    values: [bucketOf(id), id],
  })
}

async function settleRecipient(
  { keys }: QueueContext,
  tx: Tx,
  id: string,
  { recipient, attempts }: Attempt,
  { keep, reply, report }: Next,
): Promise<void> {
  const key = [bucketOf(id), id, recipient, attempts]
  const touched =
    keep === undefined
      ? await tx.execute({
          name: 'queue.settle-done',
          text: `DELETE FROM queued_recipient
            WHERE bucket = $1 AND message_id = $2 AND recipient = $3 AND attempts = $4`,
          values: key,
        })
      : await tx.execute({
          name: 'queue.settle-later',
          // Who was held meanwhile stays so.
          text: `UPDATE queued_recipient
            SET state = CASE state WHEN 'held' THEN state ELSE $5 END,
              next_attempt_at = $6, claimed_at = NULL, last_reply = $7,
              is_delay_reported = is_delay_reported OR $8
            WHERE bucket = $1 AND message_id = $2 AND recipient = $3 AND attempts = $4`,
          values: [
            ...key,
            keep.state,
            keep.nextAttemptAt,
            reply === undefined ? null : sealReply(keys, id, recipient, reply),
            report === 'delayed',
          ],
        })
  if (touched === 0) throw new ClaimLost()
}

export async function deleteMessageWithoutRecipients(tx: Tx, id: string): Promise<void> {
  await tx.execute({
    name: 'queue.delete-message',
    text: `DELETE FROM queued_message WHERE bucket = $1 AND message_id = $2
      AND NOT EXISTS (SELECT FROM queued_recipient WHERE bucket = $1 AND message_id = $2)`,
    values: [bucketOf(id), id],
  })
}
