/** Every number of this room with its reason. */
import { minuteMs, secondMs } from '../base/clock.ts'
import type { GroupLimits } from '../base/group-writer.ts'

/** Hash buckets of the outbox and the mail log: as many shards as Citus spreads by default. */
export const bucketCount = 32

/** One INSERT carries so many at most: a parameter of some hundred KiB, never megabytes. */
export const groupMax = 500

export const groupLimits: GroupLimits = {
  // Unseen by a person, and forty sign-ins share one commit.
  windowMs: 2,
  groupMax,
  // Beyond it the database does not keep up.
  backlogMax: 20_000,
}

/** A number whose transaction has not committed after this long is looked at: no act takes longer. */
export const voidAfterMs = 15 * secondMs

/** How often unfinished numbers and the spool are looked at. */
export const sweepIntervalMs = 5 * secondMs

/** Numbers left out after a crash: room for commits of the dead process still under way. */
export const crashGap = 1_000

/** Entries one node may hold that nobody has fetched: about 20 GB, weeks of a busy node. */
export const outboxEntriesMax = 50_000_000

/** Share of the spool at which the alarm is raised, long before acts are refused. */
export const spoolAlarmShare = 0.8

/** An alarm about the same thing is repeated at most this often. */
export const alarmRepeatMs = 10 * minuteMs

/** Entries `list` and `listMailLog` give at most: one screenful of a command, held in memory. */
export const listMax = 10_000

/** Partitions made ahead: a node that cannot make them for a week has other troubles. */
export const partitionDaysAhead = 7

/** Rows read at once when a chain is verified. */
export const verifyBatch = 1_000

/** Rows one statement of the expiry removes: a short lock each time. */
export const expiryBatch = 1_000

/** Recipients and identities are cut in a mail log entry beyond this; the count stays true. */
export const mailLogRecipientsMax = 1_000

/** What became of a message is written with the next one, and after so long without one. */
export const soonMs = secondMs
/** Such entries that wait while the database is away; more would be memory of what nobody reads. */
export const soonMax = 20_000
/** Batches of the mail log that a search opens at once: some megabytes. */
export const readBatch = 100
