/** Every number of asking scanners with its reason. */
import { secondMs } from '../../base/clock.ts'

/** The largest message takes a scanner some seconds; the client at port 25 waits ten minutes. */
export const virusTimeoutMs = 60 * secondMs

/** Rspamd's own tasks end after eight. */
export const spamTimeoutMs = 15 * secondMs

/** Questions under way to one scanner; others wait for their turn. */
export const scansMax = 16

/** Of a message in one chunk of INSTREAM. */
export const chunkOctets = 256 * 1024

/** Of an answer: Rspamd's has a few kilobytes. */
export const answerOctetsMax = 1024 * 1024

/** Lessons under way: they are never in a hurry. */
export const lessonsAtOnce = 2

/** Lessons that wait; more than these are not taught. */
export const lessonsWaitingMax = 200

/** Words are in the first pages; the rest of a large message is attachments. */
export const lessonOctetsMax = 1024 * 1024

/** Messages of one act: who files a thousand at once teaches with the first. */
export const lessonsOfOneActMax = 50

/** Of one account: nobody bends the filter of all in an afternoon. */
export const lessonRate = { perSecond: 100 / 3_600, burst: 100 }
