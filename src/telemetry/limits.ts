/** Numbers of this room, each with its reason. */

/** No id, code or address is longer; RFC 5321 §4.5.3.1.3 allows a path 256 octets. */
export const fieldOctetsMax = 320

/** How often the event loop's delay is sampled: finer costs wake-ups on an idle node. */
export const loopDelayResolutionMs = 50

/** Delivery is promised in under a second; the buckets are dense where the aim is. */
export const deliverySecondsBuckets = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** An IMAP command or an HTTP request: from one look-up in memory to a long search. */
export const commandSecondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2, 10]

/** Lines of the log wait so long for company: who watches does not see it. */
export const gatherMs = 50
/** And leave sooner when there is so much: one write of a busy moment, no memory to speak of. */
export const gatheredCharsMax = 16_384
