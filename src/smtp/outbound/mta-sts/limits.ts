/** Every number of MTA-STS with its reason. */
import { dayMs, minuteMs, secondMs } from '../../../base/clock.ts'

/** RFC 8461 §3.2: about a year at the most. */
export const policyAgeMaxS = 31_557_600

/** More names than any domain has servers for. */
export const policyHostsMax = 100

/** RFC 8461 §3.3 proposes both. */
export const fetchTimeoutMs = minuteMs
export const policyOctetsMax = 64 * 1024

/** Mail waits for it: who has not shaken hands by then is asked another time. */
export const connectTimeoutMs = 15 * secondMs

/** RFC 8461 §3.3: a record is not asked for, nor a policy fetched again, sooner. */
export const checkAfterMs = 5 * minuteMs

/** RFC 8461 §3.3: fetched anew before it runs out, so that who keeps it from us for a while gains nothing. */
export const refreshAfterMs = dayMs

/** Domains kept in memory; more are asked for again. */
export const domainsMax = 10_000
