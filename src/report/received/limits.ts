/** Every number of reports that come, with its reason. */
import { secondMs } from '../../base/clock.ts'

const mib = 1024 * 1024

/** As it came. RFC 7489 §6.2 has owners name ten megabytes where they name a limit at all. */
export const packedOctetsMax = 10 * mib
/** Unpacked: some twenty thousand sources of mail. A bomb unpacks to a thousand times its size. */
export const unpackedOctetsMax = 8 * mib
/** Files in a ZIP archive; the report is the only one. */
export const zipFilesMax = 4
/** What is within what: extensions of a record are at six. */
export const xmlDepthMax = 16
/** The reading thread's own memory, in MiB; eight of XML make some two hundred of objects. */
export const heapMibMax = 384
/** A report that takes longer is no report. The largest one takes four seconds on a busy machine. */
export const readWithinMs = 20 * secondMs
/** Reports that wait for the one that is read, in one process. */
export const waitingMax = 16

/** Records of DMARC, policies and failures of TLS that are looked at. */
export const recordsMax = 50_000
/** Different lines that are kept of one report, those with most first; of the rest the sum is. */
export const linesKeptMax = 1_000
/** Characters of a name that another system chose. */
export const nameMax = 255

/** Days of a report, and how long ago they may be: who could not send it sooner tries for some days. */
export const spanDaysMax = 8
export const ageDaysMax = 30
/** Clocks differ, and days end at different times. */
export const aheadDaysMax = 1

/** Taken in a day of one kind: all large receivers there are, of each of some hundred domains. */
export const perDayMax = 20_000
/** Of these, of one reporter: several of each domain. */
export const perReporterMax = 2_000
/** How long they are kept: a year can be compared with the one before. */
export const keptDays = 400

/** Opened at once, and in one summary. */
export const pageRows = 200
export const summaryReportsMax = 20_000
/** Different lines of a summary while it is made; what is more is summed up as one. */
export const summaryLinesMax = 50_000

export const buckets = 16
