/** Every number of reports to other domains, with its reason. */
import { hourMs, minuteMs } from '../base/clock.ts'

/** A node that dies forgets so much of what it counted. */
export const flushEveryMs = minuteMs
/** Different things counted by one process in a day, and for one domain; what is more is not counted. */
export const countedMax = 50_000
export const countedOfDomainMax = 2_000
/** Bucket of a domain: all of one are in one. */
export const buckets = 16
/** Different things that are told to one domain of one day; the most frequent ones. */
export const linesMax = 1_000
/** What other nodes counted until midnight is written by then. */
export const settledAfterMs = 10 * minuteMs
/** RFC 8460 §4.1: at a random time within four hours, so that not all reports arrive at once. */
export const spreadMs = 4 * hourMs
/** A domain whose records cannot be had for so long is told nothing of that day. */
export const daysKept = 3
/** RFC 8460 §3: to how many of those that a domain names. */
export const destinationsMax = 4
/** Of the compressed report; what is more is cut to what happened most. */
export const reportOctetsMax = 1_000_000
/** Domains that are reported to in one round of one node. */
export const domainsPerRound = 500
