/** Partitions of the outbox: one for each day, made ahead, so that a day can be dropped whole. */
import { dayMs, type Millis } from '../base/clock.ts'
import type { Database } from '../db/types.ts'
import { partitionDaysAhead } from './limits.ts'

/** What cannot be made just now is made in an hour; until its day the entries have somewhere to go. */
export async function makePartitions(database: Database, now: Millis): Promise<void> {
  const today = dayOf(now)
  await database.single({
    name: 'audit.make-partitions',
    text: `SELECT audit_make_partition(day)
      FROM generate_series($1::integer, $2::integer) AS day`,
    values: [today, today + partitionDaysAhead],
  })
}

/** Days since 1970-01-01: a partition's number. */
export function dayOf(at: Millis): number {
  return Math.floor(at / dayMs)
}
