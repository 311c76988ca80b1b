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
