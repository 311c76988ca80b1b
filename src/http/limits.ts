/** Numbers of this room, each with its reason. */
import { minuteMs, secondMs } from '../base/clock.ts'

/** A form of a few names and a passphrase; nothing larger is posted here. */
export const bodyOctetsMax = 16_384

/** A whole request line and header of a browser with room to spare. */
export const headerOctetsMax = 16_384

/** A part of a path, decoded: an address has 254 characters, RFC 5321 §4.5.3.1.3. */
export const pathPartMax = 1_024

/** A client that needs longer for its header is holding a slot, not asking. */
export const headerTimeoutMs = 15 * secondMs

/** With the body: an attachment of 50 MB over 1.5 Mbit/s. A page's form comes with its header. */
export const requestTimeoutMs = 5 * minuteMs

export const keepAliveTimeoutMs = 10 * secondMs

/** How long readiness waits for a check: a load balancer asks again every few seconds. */
export const checkTimeoutMs = 2 * secondMs

/** A report of TLS as it is posted, compressed or not: a thousand servers of a day. */
export const reportOctetsMax = 1_048_576
/** Of one network: a system that sends us mail for many domains tells of each, once a day. */
export const reportsAtOnce = 60
export const reportsPerSecond = 0.1

/** A year, RFC 6797 §6.1.1. */
export const strictTransportSeconds = 31_536_000

/** Connections of browsers, monitors and scrapers on one node. */
export const connectionsMax = 5_000
export const connectionsPerPeerMax = 200

/**
 * Requests of one network to the sign-in API at once, and how they come back: a whole department
 * behind one address begins its day; guessing is held by the throttle of `access`.
 */
export const authAskedMax = 600
export const authRefillMs = 50
export const authNetworksMax = 50_000

/** The cookie of a step lives as long as the step; see `stepLivesMs` of `access`. */
export const stepSeconds = 300
