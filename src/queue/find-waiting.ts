/** What still waits of some messages, for who sent them. What is not there has left, or was taken out. */
import type { Db } from '../db/types.ts'
import type { HashingSealer } from '../keys/types.ts'
import { bucketOf } from './bucket.ts'
import { openReply } from './sealed.ts'
import type { WaitingRecipient } from './types.ts'

interface Row {
  readonly message_id: string
  readonly recipient: number
  readonly last_reply: Buffer | null
}

export async function findWaiting(
  db: Db,
  keys: HashingSealer,
  messageIds: readonly string[],
): Promise<readonly WaitingRecipient[]> {
  if (messageIds.length === 0) return []
  const rows = await db.rows<Row>({
    name: 'queue.find-waiting',
    text: `SELECT message_id, recipient, last_reply FROM queued_recipient
      JOIN unnest($1::smallint[], $2::uuid[]) AS wanted (bucket, message_id)
        USING (bucket, message_id)`,
    values: [messageIds.map(bucketOf), messageIds],
  })
  return rows.map(({ message_id: messageId, recipient, last_reply: sealed }) => ({
    messageId,
    recipient,
    lastReply: sealed === null ? undefined : openReply(keys, messageId, recipient, sealed),
  }))
}
