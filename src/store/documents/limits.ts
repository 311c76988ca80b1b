/** Every number of reading documents for search, with its reason. */
import { hourMs, minuteMs } from '../../base/clock.ts'

/** Messages one round claims: what another node would wait for. */
export const claimMax = 16
/** Longer than sixteen messages take with four seconds each. */
export const claimMs = 5 * minuteMs
/** A message that ended the process so often is left alone. */
export const triesMax = 3
/** Until then a message that is being destroyed is gone. */
export const goneMs = hourMs
/** Of one message: some 800 pages. What comes after is not found. */
export const charactersMax = 1024 * 1024
/** Segments with less text than this are small. */
export const smallOctets = 512 * 1024
/** So many small ones become one. */
export const smallSegmentsMax = 16
/** Segments opened at once while searching. */
export const segmentBatch = 8
