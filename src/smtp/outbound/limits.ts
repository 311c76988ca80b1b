/** Every number of sending with its reason. */
import { minuteMs, secondMs } from '../../base/clock.ts'

/** RFC 5321 §4.5.3.2.1: a greeting may take five minutes. Two hosts of three that need one never answer. */
export const greetingTimeoutMs = minuteMs

/** To open a connection; a host that does not answer for so long is down. */
export const connectTimeoutMs = 30 * secondMs

/** RFC 5321 §4.5.3.2.6: ten minutes for the reply to the end of data. */
export const socketTimeoutMs = 10 * minuteMs

/** Addresses tried in one attempt, over all hosts: the rest is for the next attempt. */
export const addressesMax = 6

/** RFC 5321 §4.5.3.1.8: every server takes a hundred recipients at once. */
export const recipientsMax = 100

/** Connections to one destination: as many as others commonly allow from one client. */
export const connectionsPerDestination = 4

/** Connections of this node together: each is a socket and a TLS session. */
export const connectionsMax = 100

/** An idle connection is used again for so long; longer would be impolite. */
export const idleMs = 5 * secondMs

/** Messages over one connection; some servers close after more. */
export const messagesPerConnection = 100

/** A destination none of whose hosts answered is not tried again for so long: its mail waits. */
export const deadMs = minuteMs

/** Of what another server says, so much is kept and told to the sender: a line of RFC 5321 §4.5.3.1.5. */
export const replyCharsMax = 500

/** Destinations remembered as dead; more than are ever dead at once where mail is normal. */
export const deadMax = 10_000

/** Certificates looked at from the server's own upwards; nobody's chain is as long. */
export const chainMax = 10
