/** Every number of this room with its reason. */
import { dayMs, hourMs, minuteMs, secondMs } from '../base/clock.ts'
import type { GroupLimits } from '../base/group-writer.ts'

/** Hash buckets: a worker's statement picks one, so that nodes do not meet and Citus has shards. */
export const bucketCount = 16

/** RFC 5321 §4.5.4.1: give up after at least four to five days. */
export const expiryMs = 5 * dayMs

/** The sender is told after four hours that his message is still here (RFC 3464 `delayed`). */
export const delayReportMs = 4 * hourMs

/**
 * RFC 5321 §4.5.4.1: two quick tries in the first hour, then every two to three hours. What fails
 * here is mostly ours and short, so the first ones come sooner; the last one repeats.
 */
export const retryAfterMs = [
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  3 * hourMs,
] as const

/** Each wait is up to a fifth shorter or longer. */
export const jitter = 0.2

/** Whether a way has appeared for a recipient who has none is asked this often. */
export const unroutedRetryMs = hourMs

/**
 * An attempt that has not been settled by then died with its node. Longer than any attempt that began
 * in time: six addresses, a greeting each, ten minutes for the reply to the end of data.
 */
export const leaseMs = 25 * minuteMs

/** What was claimed and could not begin by then is given back. */
export const beginWithinMs = 5 * minuteMs

/** Recipients claimed at once: one message to many, or many small messages. */
export const claimMax = 200

/** Of these, recipients of one lane: as many as every server takes in one transaction. */
export const laneMax = 100

/** Recipients of one destination claimed and not settled: beyond it the destination is passed over. */
export const destinationUnderWayMax = 100

/** Recipients in all claimed and not settled. Five destinations that do not answer cannot fill it. */
export const underWayMax = 1_000

/** Attempts at the same time to one destination: the transport has as many connections. */
export const destinationAttemptsMax = 4

/** Attempts at the same time in all. */
export const attemptsMax = 64

/** Messages that have left are written down together: those of one bucket, in one statement. */
export const settleLimits: GroupLimits = {
  // An attempt is over so much later, and as many of its kind share a commit.
  windowMs: 2,
  groupMax: attemptsMax,
  // No more can be under way.
  backlogMax: attemptsMax,
}

/**
 * Content up to so many octets, sealed, is read with its message: what is claimed at once can fill
 * `underWayMax` times as much memory. What is larger is read when its turn has come.
 */
export const contentWithMessageOctets = 32 * 1024

/** What is larger is opened, or made ready to be sealed, by another thread. */
export const compressedHereOctets = 64 * 1024

/** A destination that did not answer is not claimed for again for so long, on this node. */
export const restMs = minuteMs

/** Destinations remembered as resting: more are not down at once where mail is normal. */
export const restingMax = 10_000

/** Recipients that become due in one statement: some milliseconds each. */
export const ripenMax = 500

/** While there is work, what became due meanwhile, or was put in by other nodes, is looked for this often. */
export const lookEveryMs = secondMs

/** A worker looks for due recipients this often when nothing wakes it. */
export const pollIntervalMs = 5 * secondMs

/** Items `list` gives at most. */
export const listMax = 10_000

/** Held copies that are shown or gone through at once. */
export const heldShownMax = 500

/** Owners who are told of held copies in one round; the rest are told in the next. */
export const heldAccountsPerRound = 500

/** Posts that wait for a moderator, in one list: more than he reads in a day. Then its senders come back later. */
export const moderatedListMax = 500
