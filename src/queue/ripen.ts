/**
 * What waited for later and whose time has come becomes due: retries, what was released, and what a
 * node that died had claimed. Until then no claim sees it, so that it costs the others nothing.
 */
import type { Millis } from '../base/clock.ts'
import type { Database, Statement } from '../db/types.ts'
import { bucketCount, ripenMax } from './limits.ts'

/** @returns buckets where something became due. */
export async function ripen(database: Database, now: Millis): Promise<readonly number[]> {
  const buckets = await findRipeBuckets(database, now)
  for (const bucket of buckets) while ((await ripenBucket(database, bucket, now)) === ripenMax);
  return buckets
}

/** One probe of the index each. */
async function findRipeBuckets(database: Database, now: Millis): Promise<readonly number[]> {
  const rows = await database.rows<{ bucket: number }>({
    name: 'queue.ripe-buckets',
    text: `SELECT bucket FROM generate_series(0, $1::integer - 1) AS b (bucket)
      WHERE EXISTS (SELECT FROM queued_recipient WHERE queued_recipient.bucket = b.bucket
        AND NOT is_due AND state <> 'held' AND next_attempt_at <= $2)`,
    values: [bucketCount, now],
  })
  return rows.map((row) => row.bucket)
}

/** What another node is at is its to ripen. */
async function ripenBucket(database: Database, bucket: number, now: Millis): Promise<number> {
  return (await database.single(ripenStatement(bucket, now))).length
}

/** @returns a statement that gives a row for each that became due. */
export function ripenStatement(bucket: number, now: Millis): Statement {
  return {
    name: 'queue.ripen',
    text: `WITH ripe AS (
        SELECT message_id, recipient FROM queued_recipient
        WHERE bucket = $1 AND NOT is_due AND state <> 'held' AND next_attempt_at <= $2
        ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
      UPDATE queued_recipient AS r SET is_due = true
      WHERE r.bucket = $1 AND r.message_id = ANY (ARRAY (SELECT message_id FROM ripe))
        AND (r.message_id, r.recipient) IN (SELECT message_id, recipient FROM ripe)
      RETURNING r.recipient`,
    values: [bucket, now, ripenMax],
  }
}
