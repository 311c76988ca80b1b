/** Every number of judging senders with its reason. */
import { secondMs } from '../../base/clock.ts'

/** RFC 7208 §4.6.4: at least 20 seconds; after them what is not known is a temporary error. */
export const deadlineMs = 20 * secondMs

/** Real mail has one to three; each costs a look-up and a verification. */
export const signaturesMax = 10

/** RFC 8617 §4.2.1 allows 50 sets; a chain so long as this has passed through more hands than lists have. */
export const arcSetsMax = 20

/** RFC 8301 §3.2. */
export const rsaBitsMin = 1024

/** The body is hashed in pieces of this size, and others have their turn between them. */
export const pieceOctets = 256 * 1024

/** RFC 7208 §4.6.4: so many names of an address are looked at. */
export const reverseNamesMax = 10

/** A word in our field: longer ones are left out (RFC 5322 §2.1.1 ends lines at 998). */
export const wordCharsMax = 255
