/**
 * Takes due recipients of one bucket for one attempt, a few of each lane. The claim is a time after
 * which the attempt counts as lost, and the number of attempts is its token: whoever settles must
 * still have the last one.
 */
import type { Millis } from '../base/clock.ts'
import type { Db, Statement } from '../db/types.ts'
import type { QueueContext } from './enqueue.ts'
import { bucketCount, claimMax, contentWithMessageOctets, laneMax, leaseMs } from './limits.ts'

export interface ClaimedRow {
  readonly message_id: string
  readonly recipient: number
  readonly destination: string
  readonly department_id: string
  readonly rank: number
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
  /** Null where there is much of it. */
  readonly content: Buffer | null
  /** Recipients it still has; of many only the first. */
  readonly remaining: readonly number[]
}

/** Where a walk along the lanes of a bucket stands. */
export interface Lane {
  /** The negative of a priority (RFC 6710): the lower goes first. */
  readonly rank: number
  readonly destination: string
  readonly departmentId: string
}

/** RFC 9562 §5.9; also the department of what is nobody's. */
export const nilId = '00000000-0000-0000-0000-000000000000'
/** Ranks begin at -9. */
export const beforeAll: Lane = { rank: -10, destination: nilId, departmentId: nilId }

export interface ClaimWish {
  readonly bucket: number
  /** The lane served last. */
  readonly after: Lane
  /** Only lanes up to it: -1 are the urgent ones. */
  readonly rankMax: number
  /** Destinations that are resting, or have enough under way. */
  readonly excluded: readonly string[]
}

/** Buckets where something is due: one probe of the index each. */
export async function findDueBuckets(db: Db): Promise<readonly number[]> {
  const rows = await db.rows<{ bucket: number }>({
    name: 'queue.due-buckets',
    text: `SELECT bucket FROM generate_series(0, $1::integer - 1) AS b (bucket)
      WHERE EXISTS (SELECT FROM queued_recipient WHERE queued_recipient.bucket = b.bucket
        AND is_due AND state <> 'held')`,
    values: [bucketCount],
  })
  return rows.map((row) => row.bucket)
}

/**
 * From lane to lane by one probe of the index each, so that a hundred thousand for one destination
 * cost the others one probe, and what waits for later none. Arrays and not joins: a planner that knows
 * no numbers would read the whole bucket for them.
 */
const claimText = `WITH RECURSIVE lane AS (
    (SELECT rank, destination, department_id FROM queued_recipient
      WHERE bucket = $1 AND is_due AND state <> 'held'
        AND (rank, destination, department_id) > ($9::smallint, $6::uuid, $7::uuid) AND rank <= $10
      ORDER BY rank, destination, department_id LIMIT 1)
    UNION ALL
    SELECT following.rank, following.destination, following.department_id FROM lane, LATERAL (
      SELECT rank, destination, department_id FROM queued_recipient
      WHERE bucket = $1 AND is_due AND state <> 'held' AND rank <= $10
        AND (rank, destination, department_id) > (lane.rank, lane.destination, lane.department_id)
      ORDER BY rank, destination, department_id LIMIT 1) AS following),
  due AS (
    SELECT one.message_id, one.recipient FROM lane, LATERAL (
      SELECT message_id, recipient FROM queued_recipient
      WHERE bucket = $1 AND is_due AND state <> 'held' AND rank = lane.rank
        AND destination = lane.destination AND department_id = lane.department_id
        AND next_attempt_at <= $2
      ORDER BY next_attempt_at LIMIT $5 FOR UPDATE SKIP LOCKED) AS one
    WHERE lane.destination <> ALL ($8::uuid[])
      AND lane.destination <>
        ALL (ARRAY (SELECT subject FROM queue_hold WHERE kind = 'destination'))
      AND lane.department_id <>
        ALL (ARRAY (SELECT subject FROM queue_hold WHERE kind = 'department'))
    LIMIT $4)
  UPDATE queued_recipient AS claimed
  SET next_attempt_at = $3, claimed_at = $2, attempts = claimed.attempts + 1, is_due = false
  WHERE claimed.bucket = $1 AND claimed.message_id = ANY (ARRAY (SELECT message_id FROM due))
    AND (claimed.message_id, claimed.recipient) IN (SELECT message_id, recipient FROM due)
  RETURNING claimed.message_id, claimed.recipient, claimed.destination, claimed.department_id,
    claimed.rank, claimed.attempts, claimed.is_delay_reported, claimed.sealed`

export function claimStatement(
  { bucket, after, rankMax, excluded }: ClaimWish,
  now: Millis,
): Statement {
  const { rank, destination, departmentId } = after
  return {
    name: 'queue.claim',
    text: claimText,
    values: [
      bucket,
      now,
      now + leaseMs,
      claimMax,
      laneMax,
      destination,
      departmentId,
      excluded,
      rank,
      rankMax,
    ],
  }
}

export async function claim(
  { database, clock }: QueueContext,
  wish: ClaimWish,
): Promise<readonly ClaimedRow[]> {
  return database.single<ClaimedRow>(claimStatement(wish, clock.now()))
}

/** What was claimed and not begun is due at once, for anybody. */
export async function giveBack(
  { database, clock }: QueueContext,
  bucket: number,
  rows: readonly ClaimedRow[],
): Promise<void> {
  await database.single({
    name: 'queue.give-back',
    text: `UPDATE queued_recipient AS r
      SET next_attempt_at = $2, claimed_at = NULL, attempts = r.attempts - 1, is_due = true
      FROM unnest($3::uuid[], $4::integer[], $5::integer[]) AS mine (message_id, recipient, attempts)
      WHERE r.bucket = $1 AND r.message_id = mine.message_id AND r.recipient = mine.recipient
        AND r.attempts = mine.attempts AND r.claimed_at IS NOT NULL`,
    values: [
      bucket,
      clock.now(),
      rows.map((row) => row.message_id),
      rows.map((row) => row.recipient),
      rows.map((row) => row.attempts),
    ],
  })
}

export async function readMessages(
  db: Db,
  bucket: number,
  ids: readonly string[],
): Promise<readonly MessageRow[]> {
  return db.rows<MessageRow>({
    name: 'queue.messages',
    text: `SELECT message_id, octets, queued_at, expires_at, envelope,
        CASE WHEN octet_length(content) <= $3 THEN content END AS content,
        ARRAY (SELECT recipient FROM queued_recipient AS r
          WHERE r.bucket = m.bucket AND r.message_id = m.message_id LIMIT $4) AS remaining
      FROM queued_message AS m WHERE bucket = $1 AND message_id = ANY ($2::uuid[])`,
    values: [bucket, ids, contentWithMessageOctets, laneMax + 1],
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
