/** Every number of shipping with its reason. */
import { dayMs, minuteMs, secondMs } from '../../base/clock.ts'

/** Entries that nobody waits for go together: a tenth of a second of a busy node is one request. */
export const shipWindowMs = 100

/** Entries read and sent at once: about half a megabyte, ten milliseconds of work. */
export const shipEntriesMax = 1_000

/** Without a word of new entries it is looked all the same: those of a broken connection, a late void. */
export const lookEveryMs = 2 * secondMs

/** A node with nothing to tell says that it is there: four times before its silence is an alert. */
export const heartbeatEveryMs = 15 * secondMs

/** How long an act on others' data waits for its entry to be sealed. */
export const acknowledgeWithinMs = 5 * secondMs

/** One request, with a slow disk on the other side. */
export const requestTimeoutMs = 4 * secondMs

/** While the audit process is away it is tried again after this, unless somebody waits. */
export const retryAfterMs = secondMs

/** How often the place in the chain is written down: it only serves dropping and a start. */
export const noteShippedEveryMs = 5 * secondMs

/** An alarm about the same thing is repeated at most this often. */
export const alarmRepeatMs = minuteMs

/** Names already sent, in memory; beyond it all are forgotten and sent again at their next use. */
export const namesSentMax = 100_000

/** A chain whose entries nobody ships for so long is a dead node's: another one ships it. */
export const standInAfterMs = 30 * secondMs
export const standInEveryMs = 10 * secondMs

/** A number missing for so long was never committed: a living node voids it in a quarter of this. */
export const holeAfterMs = minuteMs

/** Connections to the audit process: one for batches, one for questions, and their successors. */
export const socketsMax = 4

/** Days of entries that stay in the database though they are sealed: for who looks at the newest. */
export const droppedAfterDays = 2

/** Older words about how far a chain is sealed go; the newest of each stays for ever. */
export const shippedKeptMs = 7 * dayMs

/** A node that stops waits so long for its last entries to be sealed. */
export const closeWithinMs = 1_500
