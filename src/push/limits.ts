/** Every number of pushing to devices, with its reason. */
import { dayMs, hourMs, minuteMs, secondMs } from '../base/clock.ts'

/** Of one person: a handful of devices with some programs each. */
export const subscriptionsMax = 16
/** Each makes this platform call a host that a client named. */
export const subscribePace = { capacity: 16, refillMs: minuteMs } as const
export const subscribersMax = 20_000
/** RFC 8620 §7.2: 48 hours at least, 7 days rather: a program may be opened once a week. */
export const expiresMs = 7 * dayMs
/** Octets of what a client says of itself, and of the address of its push service. */
export const deviceClientIdOctetsMax = 255
export const urlOctetsMax = 1_024
export const typesMax = 64

/** Changes meanwhile are told together: no more than twenty pushes in a minute. */
export const gapMs = 3 * secondMs
/** RFC 8620 §7.2: who says 429 is pushed to less often, in the end so. */
export const gapMsMax = 10 * minuteMs
/** After the first, second … failure; the last again and again until the subscription expires. */
export const backOffMs = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
] as const
/** Until it is verified it is nobody's: then it is forgotten. */
export const verificationTriesMax = 4
/** How long a push service may keep what it cannot hand on. RFC 8030 §5.2. */
export const ttlSeconds = 86_400
export const vapidTokenMs = 12 * hourMs

export const connectTimeoutMs = 10 * secondMs
/** From the look-up of the name to the last octet of the answer. */
export const postTimeoutMs = 20 * secondMs
/** Nothing of an answer is needed but its status. */
export const answerOctetsMax = 16_384
/** Connections to push services of one process. */
export const postsAtOnce = 32
/** Accounts read at once while watching begins. */
export const openingAtOnce = 4

/** A node that does not say so anew loses its part to another. */
export const leaseMs = 30 * secondMs
export const leaseEveryMs = 10 * secondMs
/** Parts that nodes share out among them; of the table too. */
export const buckets = 16
