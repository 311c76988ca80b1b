/** What a listener and its certificates may take, and why. */
import { dayMs, hourMs, minuteMs, secondMs } from '../base/clock.ts'

/** A handshake takes two round trips; a peer slower than this is holding a slot, not talking. */
export const handshakeTimeoutMs = 20 * secondMs

/** How long sessions have to say goodbye before their sockets are destroyed: stop takes under 5 s. */
export const closeGraceMs = 3 * secondMs

/** Connections at once on a node, unless the door says otherwise: about 60 KiB each. */
export const connectionsMax = 10_000

/** From one address (IPv4) or network (IPv6 /64); offices sit behind one translated address. */
export const connectionsPerPeerMax = 1_000

/** Half-open peers are found by the kernel, without a timer of ours. */
export const keepAliveAfterMs = 2 * minuteMs

/** Waiting connections in the kernel; a burst of clients after a restart fits in. */
export const backlogMax = 1_024

/** Files are watched; this look finds what a network file system does not announce. */
export const certificateCheckMs = minuteMs

/** A writer replaces two files; look once after both, not between. */
export const certificateSettleMs = 100

/** A ticket key that leaks opens no more than this much of resumed sessions. */
export const ticketKeyLifeMs = 12 * hourMs

/** How long a client may resume a session without a full handshake. */
export const sessionLifeMs = 4 * hourMs

/** The limit of what clients accept of a server certificate is 398 days. */
export const serverCertificateDays = 397
export const caCertificateDays = 3_650

/** Renew with a month in hand, so that a node that was off over a holiday still starts. */
export const renewBeforeMs = 30 * dayMs

/** Sources a rate is remembered for, about 150 octets each; over it the quietest are forgotten. */
export const rateSourcesMax = 100_000
