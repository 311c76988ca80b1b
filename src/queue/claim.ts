/**
 * Takes due recipients of one bucket for one attempt. The claim is a time after which the attempt
 * counts as lost, and the number of attempts is its token: whoever settles must still have the last one.
 */
import type { Millis } from '../base/clock.ts'
import type { Db } from '../db/types.ts'
import type { QueueContext } from './enqueue.ts'
import { bucketCount, claimMax, leaseMs } from './limits.ts'

export interface ClaimedRow {
  readonly message_id: string
  readonly recipient: number
  readonly attempts: number
  readonly is_delay_reported: boolean
  readonly sealed: Buffer
}

export interface MessageRow {
  readonly message_id: string
  readonly octets: number
  readonly queued_at: number
  readonly expires_at: number
  readonly envelope: Buffer
}

/** Buckets where something is due: one probe of the index each. */
export async function findDueBuckets(db: Db, now: Millis): Promise<readonly number[]> {
  const rows = await db.rows<{ bucket: number }>({
    name: 'queue.due-buckets',
    text: `SELECT bucket FROM generate_series(0, $1::integer - 1) AS b (bucket)
      WHERE EXISTS (SELECT FROM queued_recipient
        WHERE queued_recipient.bucket = b.bucket AND next_attempt_at <= $2)`,
    values: [bucketCount, now],
  })
  return rows.map((row) => row.bucket)
}

export async function claim(
  { database, clock }: QueueContext,
  bucket: number,
): Promise<readonly ClaimedRow[]> {
  const now = clock.now()
  return database.single<ClaimedRow>({
    name: 'queue.claim',
    text: `UPDATE queued_recipient AS claimed
      SET next_attempt_at = $3, attempts = claimed.attempts + 1
      FROM (
        SELECT message_id, recipient FROM queued_recipient
        WHERE bucket = $1 AND next_attempt_at <= $2
        ORDER BY next_attempt_at LIMIT $4 FOR UPDATE SKIP LOCKED) AS due
      WHERE claimed.bucket = $1
        AND claimed.message_id = due.message_id AND claimed.recipient = due.recipient
      RETURNING claimed.message_id, claimed.recipient, claimed.attempts,
        claimed.is_delay_reported, claimed.sealed`,
    values: [bucket, now, now + leaseMs, claimMax],
  })
}

export async function readMessages(
  db: Db,
  bucket: number,
  ids: readonly string[],
): Promise<readonly MessageRow[]> {
  return db.rows<MessageRow>({
    name: 'queue.messages',
    text: `SELECT message_id, octets, queued_at, expires_at, envelope FROM queued_message
      WHERE bucket = $1 AND message_id = ANY ($2::uuid[])`,
    values: [bucket, ids],
  })
}

export async function readContent(db: Db, bucket: number, id: string): Promise<Buffer | undefined> {
  const row = await db.row<{ content: Buffer }>({
    name: 'queue.content',
    text: 'SELECT content FROM queued_message WHERE bucket = $1 AND message_id = $2',
    values: [bucket, id],
  })
  return row?.content
}
