/** Every number of this room with its reason. */
import { dayMs, hourMs, minuteMs, secondMs } from '../base/clock.ts'

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

/** Whether a way has appeared for a recipient who has none is asked this often. */
export const heldRetryMs = hourMs

/** An attempt that has not been settled by then died with its node. */
export const leaseMs = 10 * minuteMs

/** Recipients claimed at once: one message to many, or many small messages. */
export const claimMax = 200

/** Messages one worker has under way at the same time. */
export const messagesAtOnceMax = 8

/** A worker looks for due recipients this often when nothing wakes it. */
export const pollIntervalMs = 5 * secondMs

/** Items `list` gives at most. */
export const listMax = 10_000
