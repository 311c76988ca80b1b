/** Every number of signing with its reason. */
import { dayMs, minuteMs } from '../../base/clock.ts'

/** RFC 8301 §3.2 wants 1024 at least and recommends 2048; a longer record does not fit everywhere. */
export const rsaBits = 2048

/** RFC 5322 §2.1.1 recommends lines of 78; the first of b= has a space before it. */
export const signatureLine = 72

/** A domain's keys are followed by new ones after so long. */
export const keyAgeMs = 90 * dayMs

/** A key that no longer signs stays in DNS as long as what it signed may be under way: five days, and two more. */
export const overlapMs = 7 * dayMs

/** What a node knows of a domain's keys is read again after so long. */
export const knownMs = 5 * minuteMs

/** Domains whose keys are held open: more than any government has. */
export const domainsMax = 10_000
