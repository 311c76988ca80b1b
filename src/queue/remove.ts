/** Takes a message, or one recipient of it, out of the queue: an operator's act, without a report. */
import { Refusal } from '../base/refusal.ts'
import type { Database } from '../db/types.ts'
import { bucketOf } from './bucket.ts'
import { deleteMessageWithoutRecipients, lockMessage } from './settle.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws Refusal('not-found') */
export async function remove(
  database: Database,
  messageId: string,
  recipient: number | undefined,
): Promise<void> {
  if (!uuid.test(messageId)) throw new Refusal('not-found', { what: 'queued message' })
  await database.transaction(async (tx) => {
    await lockMessage(tx, messageId)
    const removed = await tx.execute({
      name: 'queue.remove',
      text: `DELETE FROM queued_recipient
        WHERE bucket = $1 AND message_id = $2 AND ($3::integer IS NULL OR recipient = $3)`,
      values: [bucketOf(messageId), messageId, recipient ?? null],
    })
    if (removed === 0) throw new Refusal('not-found', { what: 'queued message', messageId })
    await deleteMessageWithoutRecipients(tx, messageId)
  })
}
