/** What follows from the outcome of one attempt. Pure. RFC 5321 §4.5.4.1, RFC 3464, RFC 2852. */
import type { Millis } from '../base/clock.ts'
import { delayReportMs, expiryMs, jitter, retryAfterMs, unroutedRetryMs } from './limits.ts'
import type { DeliverBy, Outcome, QueueReply, RecipientState, Report } from './types.ts'

export interface AttemptFacts {
  readonly outcome: Outcome
  readonly attempts: number
  readonly now: Millis
  readonly queuedAt: Millis
  readonly expiresAt: Millis
  readonly isDelayReported: boolean
  readonly deliverBy: DeliverBy | undefined
  /** Null reverse-path: nobody waits to hear of it. */
  readonly isReport: boolean
  /** In [0, 1). */
  readonly random: number
}

export interface Next {
  /** What the sender may be told. */
  readonly report: Report['kind'] | undefined
  /** He asked for it with his message's time. */
  readonly isOwed?: true
  readonly reply: QueueReply | undefined
  /** Undefined: the recipient leaves the queue. */
  readonly keep:
    | { readonly state: Exclude<RecipientState, 'held'>; readonly nextAttemptAt: Millis }
    | undefined
}

/** RFC 3463 §3.5. */
const expired: QueueReply = { code: 550, enhanced: '5.4.7', text: 'Delivery time expired' }
/** RFC 2852 §4: its own time was up, not ours. */
export const tooLate: QueueReply = { ...expired, text: 'Deliver-by time passed' }
const noRoute: QueueReply = { code: 451, enhanced: '4.4.4', text: 'No route to this system yet' }

export function decideNext(facts: AttemptFacts): Next {
  const { outcome, now, expiresAt } = facts
  if (outcome.result === 'delivered')
    return { report: 'delivered', reply: undefined, keep: undefined }
  // RFC 3461 §5.2.2: from here on a server that knows DSN speaks for itself.
  if (outcome.result === 'relayed') return decideRelayed(facts, outcome)
  if (outcome.result === 'failed')
    return { report: 'failed', reply: outcome.reply, keep: undefined }
  if (isTooLate(facts)) return { report: 'failed', reply: lateReply(outcome), keep: undefined }
  if (outcome.result === 'unrouted') return decideUnrouted(facts)
  if (now >= expiresAt)
    return { report: 'failed', reply: expiredReply(outcome.reply), keep: undefined }
  const wait = retryAfterMs[Math.min(facts.attempts, retryAfterMs.length) - 1] ?? retryAfterMs[0]
  const nextAttemptAt = Math.min(now + spread(wait, facts.random), expiresAt)
  return later(facts, outcome.reply, { state: 'waiting', nextAttemptAt })
}

/** RFC 2852 §4: who traces hears of each system, and nobody believes that one keeps a time it was not told. */
function decideRelayed(
  { deliverBy }: AttemptFacts,
  { isDsnAware, keepsTime }: Extract<Outcome, { result: 'relayed' }>,
): Next {
  const done = { reply: undefined, keep: undefined }
  if (deliverBy !== undefined && (deliverBy.isTraced || keepsTime !== true))
    return { ...done, report: 'relayed', isOwed: true }
  return { ...done, report: isDsnAware ? undefined : 'relayed' }
}

/** It is to come back rather than to arrive now. */
export function isTooLate({ deliverBy, now }: Pick<AttemptFacts, 'deliverBy' | 'now'>): boolean {
  return deliverBy?.mode === 'return' && now >= deliverBy.at
}

function lateReply(outcome: Outcome): QueueReply {
  if (!('reply' in outcome) || outcome.reply === tooLate) return tooLate
  const { code, enhanced, text } = outcome.reply
  return { ...tooLate, text: `${tooLate.text}; last: ${code} ${enhanced} ${text}` }
}

/** What failed together is not tried together again. */
function spread(wait: Millis, random: number): Millis {
  return Math.round(wait * (1 + jitter * (2 * random - 1)))
}

/** Somebody's message waits until there is a way; a report without a reader does not. */
function decideUnrouted(facts: AttemptFacts): Next {
  if (facts.isReport && facts.now >= facts.expiresAt)
    return { report: undefined, reply: expired, keep: undefined }
  return later(facts, noRoute, {
    state: 'unrouted',
    nextAttemptAt: facts.now + spread(unroutedRetryMs, facts.random),
  })
}

function later(facts: AttemptFacts, reply: QueueReply, keep: Next['keep']): Next {
  // What was held until then is not late before it could go.
  const since = Math.max(facts.queuedAt, facts.expiresAt - expiryMs)
  const isLate = facts.now - since >= delayReportMs || hasPassed(facts)
  const report = isLate && !facts.isDelayReported ? 'delayed' : undefined
  return { report, reply, keep: keep && inTime(facts, keep) }
}

/** Here, and not before it came: then its sender knows already. */
function hasPassed({ deliverBy, queuedAt, now }: AttemptFacts): boolean {
  return deliverBy !== undefined && deliverBy.at >= queuedAt && now >= deliverBy.at
}

/** When its time is up, somebody has to see it. */
function inTime({ deliverBy, now }: AttemptFacts, keep: NonNullable<Next['keep']>): Next['keep'] {
  if (deliverBy === undefined || deliverBy.at <= now) return keep
  return { ...keep, nextAttemptAt: Math.min(keep.nextAttemptAt, deliverBy.at) }
}

/** The last thing heard says more than that time is up. */
function expiredReply(last: QueueReply): QueueReply {
  return { ...expired, text: `${expired.text}; last: ${last.code} ${last.enhanced} ${last.text}` }
}
