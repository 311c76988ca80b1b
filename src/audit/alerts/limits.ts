/** Every number of the alerts with its reason. */
import { hourMs, minuteMs, secondMs } from '../../base/clock.ts'

/** Messages of others read by one person in `massReadWindowMs`: more than work in a shared mailbox is. */
export const massReadMessages = 500
export const massReadWindowMs = 10 * minuteMs

/**
 * Failures at sign-in for one identity within the window: as many as are let through before throttling
 * makes one entry a minute of them.
 */
export const failuresPerIdentity = 10
/** For all identities together: somebody tries passwords of many. */
export const failuresInAll = 100
export const failureWindowMs = 5 * minuteMs

/** Refused acts of one person: he is trying doors. */
export const refusalsPerPerson = 20
export const refusalWindowMs = 5 * minuteMs

/** The same rule says the same of the same person once in this time. */
export const repeatMs = hourMs

/** Nobody heard of the nodes for so long: three of their heartbeats. */
export const silenceMs = minuteMs

/** People and identities counted at a time, for each rule; the longest unseen are forgotten. */
export const countersMax = 50_000

/** Alerts that wait for a sender that does not take them; then the oldest are dropped, which is logged. */
export const waitingMax = 10_000

/** Between two tries to send: often at first, for an alert is worth little after an hour. */
export const retryAfterMs = [
  2 * secondMs,
  5 * secondMs,
  15 * secondMs,
  minuteMs,
  5 * minuteMs,
] as const

/** One try. */
export const sendTimeoutMs = 10 * secondMs

/** How often where the alerts have got is written down; what is repeated after a crash is not much. */
export const noteEveryMs = 5 * secondMs

/** Entries read again at a start, so that the counters are warm. */
export const lookBackEntries = 5_000

/** How often the log is looked at: an alert is to arrive within a minute. */
export const followEveryMs = secondMs
