/** Every number of this room with its reason. */
import { secondMs } from '../base/clock.ts'

/** A local resolver answers in milliseconds; one that recurses needs a little longer for the first time. */
export const queryTimeoutMs = 5 * secondMs

/** With the time-out above, a resolver that is away is known after ten seconds. */
export const queryTries = 2

/** What an answer over UDP may have: it crosses no link in pieces (RFC 9715 §3.2). */
export const udpOctetsMax = 1232

/** Aliases followed within one answer; a resolver gives up earlier. */
export const aliasesMax = 10

/** Resolvers asked, in their order: the third time-out would come when nobody waits any more. */
export const serversMax = 3
