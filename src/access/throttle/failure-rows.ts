/** Tables `sign_in_failure` and `sign_in_known`: what nodes tell each other of sign-ins. */
import type { Millis } from '../../base/clock.ts'
import type { Database, Db } from '../../db/types.ts'
import { tableBuckets } from '../limits.ts'

export function bucketOf(subject: Uint8Array): number {
  return (subject[0] ?? 0) % tableBuckets
}

export async function saveBlock(database: Database, subject: Buffer, until: Millis): Promise<void> {
  await database.single({
    name: 'access.saveBlock',
    text: `INSERT INTO sign_in_failure (bucket, subject, blocked_until_at) VALUES ($1, $2, $3)
      ON CONFLICT (bucket, subject) DO UPDATE
      SET blocked_until_at = greatest(sign_in_failure.blocked_until_at, excluded.blocked_until_at)`,
    values: [bucketOf(subject), subject, until],
  })
}

export async function readBlocks(
  db: Db,
  now: Millis,
): Promise<readonly { readonly subject: Buffer; readonly until: Millis }[]> {
  const rows = await db.rows<{ subject: Buffer; blocked_until_at: number }>({
    name: 'access.readBlocks',
    text: `SELECT subject, blocked_until_at FROM sign_in_failure
      WHERE bucket = ANY($1::smallint[]) AND blocked_until_at > $2`,
    values: [allBuckets, now],
  })
  return rows.map((row) => ({ subject: row.subject, until: row.blocked_until_at }))
}

export async function forgetBlocks(database: Database, bucket: number, now: Millis): Promise<void> {
  await database.single({
    name: 'access.forgetBlocks',
    text: 'DELETE FROM sign_in_failure WHERE bucket = $1 AND blocked_until_at <= $2',
    values: [bucket, now],
  })
}

export async function saveKnown(
  database: Database,
  bucket: number,
  subjects: readonly Buffer[],
  day: Millis,
): Promise<void> {
  await database.single({
    name: 'access.saveKnown',
    text: `INSERT INTO sign_in_known (bucket, subject, seen_day_at)
      SELECT $1, subject, $3 FROM unnest($2::bytea[]) AS subject
      ON CONFLICT (bucket, subject) DO UPDATE SET seen_day_at = excluded.seen_day_at`,
    values: [bucket, subjects, day],
  })
}

export async function isKnownRow(db: Db, subject: Buffer, since: Millis): Promise<boolean> {
  const row = await db.row({
    name: 'access.isKnown',
    text: `SELECT 1 AS found FROM sign_in_known
      WHERE bucket = $1 AND subject = $2 AND seen_day_at >= $3`,
    values: [bucketOf(subject), subject, since],
  })
  return row !== undefined
}

const allBuckets = Array.from({ length: tableBuckets }, (_, bucket) => bucket)
