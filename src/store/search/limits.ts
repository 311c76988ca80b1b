/** Every number of the search segments, with its reason. */
import { minuteMs } from '../../base/clock.ts'

/** Messages of a segment: opening one costs about 2 ms, and a rare word opens one. */
export const segmentMessagesMax = 256
/** Text of a segment; few segments of 256 letters come near it. */
export const segmentOctetsMax = 4 * 1024 * 1024
/** A message with more text than this is read by itself: it would fill a segment's filter alone. */
export const messageTextOctetsMax = 1024 * 1024
/** Contents read at once while packing. */
export const packBatch = 32
/** Only what is older is packed: ids are in order of time, commits are not quite. */
export const settleMs = 10 * minuteMs
/** Messages an account must have unpacked before they become a segment; fewer are read one by one. */
export const packMessagesMin = segmentMessagesMax
/** Accounts one round of packing looks at. */
export const packAccountsMax = 1_000
/** Opened filters a node remembers, and ids of the messages of their segments. */
export const cachedFilterOctetsMax = 48 * 1024 * 1024
/** Segments read at once while searching. */
export const segmentBatch = 8
/** Text that is decompressed in a thread of its own: handing it over costs as much as so many octets. */
export const handedOverOctetsMin = 64 * 1024
/** Segments of an account whose filters are read when its owner comes; fewer are read as he searches. */
export const warmedSegmentsMin = 64
/** More hits than this are matched in memory, not by the database. */
export const hitsByIdMax = 5_000
/** Accounts whose ids are read at once when all are packed anew. */
export const rebuildAccountsBatch = 1_000
