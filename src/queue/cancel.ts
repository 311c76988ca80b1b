/** Takes mail out of the queue: an operator's act, without a report to its sender. */
import type { Tx } from '../db/types.ts'
import { endCancelled } from './held/let-go.ts'
import { conditionOf, nothingFound } from './selection.ts'
import type { QueueSelection } from './types.ts'

export async function cancel(tx: Tx, selection: QueueSelection): Promise<number> {
  const { text, values } = conditionOf(selection)
  const { kind } = selection
  // Before the recipients, as whoever settles does: the last of a message takes it along.
  const messages = await tx.rows<{ bucket: number; message_id: string }>({
    name: `queue.lock-for-${kind}`,
    text: `SELECT bucket, message_id FROM queued_message
      WHERE (bucket, message_id) IN (SELECT bucket, message_id FROM queued_recipient WHERE ${text})
      ORDER BY bucket, message_id FOR UPDATE`,
    values,
  })
  const removed = await tx.execute({
    name: `queue.cancel-${kind}`,
    text: `DELETE FROM queued_recipient WHERE ${text}`,
    values,
  })
  if (removed === 0) throw nothingFound(selection)
  await endCancelled(tx, messages)
  await tx.execute({
    name: 'queue.delete-emptied',
    text: `DELETE FROM queued_message AS m
      USING unnest($1::smallint[], $2::uuid[]) AS emptied (bucket, message_id)
      WHERE m.bucket = emptied.bucket AND m.message_id = emptied.message_id
        AND NOT EXISTS (SELECT FROM queued_recipient AS r
          WHERE r.bucket = m.bucket AND r.message_id = m.message_id)`,
    values: [messages.map((row) => row.bucket), messages.map((row) => row.message_id)],
  })
  return removed
}
