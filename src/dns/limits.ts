/** Every number of this room with its reason. */
import { secondMs } from '../base/clock.ts'

/** A local resolver answers in milliseconds; one that recurses needs a little longer for the first time. */
export const queryTimeoutMs = 5 * secondMs

/** With the time-out above, a resolver that is away is known after ten seconds. */
export const queryTries = 2
