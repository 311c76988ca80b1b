/** Numbers of this room, each with its reason. */
import { dayMs, hourMs, minuteMs } from '../base/clock.ts'

/** A form of names, members and dates; a list of a thousand members is some 50 KiB. */
export const bodyOctetsMax = 262_144

/** An import of ten thousand people is about two million octets. */
export const importOctetsMax = 16_777_216

/** An import or a verification of a large installation answers late, not never. */
export const requestTimeoutMs = 30 * minuteMs

/** One answer of a list: some hundred KiB of JSON; the cursor gives the rest. */
export const pageMax = 500
export const pageInitially = 100

/** Entries of the audit trail or the queue that one answer holds. */
export const listedMax = 10_000

/** Unix sockets have room for a path of 107 octets and its end. */
export const socketPathOctetsMax = 107

/** A UUID has 36; generous to other makers of keys, cheap to us. */
export const idempotencyKeyMax = 128
/** Who has not come back within a day does not know any more what he wanted. */
export const idempotencyKeptMs = 24 * hourMs
/** Larger answers are not kept for a repetition: only lists are as large. */
export const idempotencyAnswerOctetsMax = 65_536
/** Buckets of the tables of class bucket. */
export const tableBuckets = 16
/** Rows that one statement of the expiry removes: a short lock each time. */
export const expiryBatch = 1_000

/** What one caller may ask at once, and how it returns: a screen of a person, a script's loop. */
export const callsMax = 600
export const callRefillMs = 50
/** The same for who shows no token or a wrong one: he can only sign in. */
export const strangerCallsMax = 60
export const strangerRefillMs = 1_000
/** Callers that are counted; the one who asked longest ago goes first. */
export const countedMax = 10_000

/** Messages of one trace: what a person reads. */
export const traceMessagesMax = 100
/** What a search looks at without a time: yesterday's mail is what people ask for. */
export const traceInitiallyMs = dayMs
/** A week: longer than a message waits in the queue. */
export const traceSpanMaxMs = 7 * dayMs
/** Entries one search opens: about ten seconds of one processor. */
export const traceEntriesMax = 1_000_000

/** People changed at once: a department's yearly postings; an import may be larger. */
export const changesMax = 5_000
/** Batches in a list: a month of a busy department. */
export const batchesListedMax = 500
/** How long a batch can be undone. */
export const batchKeptMs = 31 * dayMs

/** A bar that moves ten times a second moves smoothly. */
export const progressEveryMs = 100

/** How often a change under a condition looks again while others write to the directory. */
export const overtakenMax = 8

/** Tasks in a list: a month of a busy installation. */
export const tasksListedMax = 500
/** How long an ended task is remembered. */
export const taskKeptMs = 31 * dayMs
/** A task says that it goes on so often, and hears that it is to stop. */
export const taskBeatMs = 1_000
/** Whose node has not said so for this long has none. */
export const taskLostMs = 30_000
/** Long acts of one process at a time: each holds a connection. */
export const tasksRunningMax = 20
/** Answers larger than this are not kept with their task. */
export const taskAnswerOctetsMax = 65_536

/** Altered entries that an answer names: the first is where to begin, a hundred show the pattern. */
export const breaksShownMax = 100

/** A node says each few seconds that it runs; who has not for so long is silent. */
export const silentMs = 30_000
/** How long a node that fell silent stays in the list. */
export const nodesListedMs = 7 * dayMs

/** Drills in a list: one a week for years. */
export const drillsListedMax = 500
/** Sentences of faults that a report of a drill keeps: the first ones say where to look. */
export const drillSentencesMax = 20

/** A message that somebody wants explained: the ordinary ones. */
export const explainedOctetsMax = 10 * 1024 * 1024

export const explainedRecipientsMax = 100
