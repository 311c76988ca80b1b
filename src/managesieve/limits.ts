/** Every number of the ManageSieve door, with its reason. */
import { minuteMs } from '../base/clock.ts'
import { scriptOctetsMax } from '../sieve/limits.ts'

export const connectionsMax = 500
/** A department behind one address. */
export const connectionsPerAddressMax = 100
/** A line without its literals: two names of 128 characters, escaped, and their command. */
export const lineOctetsMax = 8_192
/** Before sign-in nothing is longer than a SASL response. */
export const strangerOctetsMax = 8_192
/** Is kept. */
export const literalOctetsMax = scriptOctetsMax
/** Is read to its end, so that it can be refused with the reason; a longer one ends the connection. */
export const literalSkippedOctetsMax = 4 * scriptOctetsMax
/** Tokens of one line: PUTSCRIPT has three. */
export const tokensMax = 8
/** Commands that are waiting while one is at work; then the socket waits. */
export const inputWaitingOctetsMax = 2 * literalSkippedOctetsMax
/** RFC 5804 §1.2: at least 30 minutes for who has signed in. */
export const idleTimeoutMs = 31 * minuteMs
export const loginTimeoutMs = 2 * minuteMs
/** Sign-ins that fail on one connection; `access` counts over all of them. */
export const signInFailuresMax = 3
/** Lines in a row that are no command. */
export const badLinesMax = 10
/** Steps of one SASL exchange. */
export const saslStepsMax = 8
