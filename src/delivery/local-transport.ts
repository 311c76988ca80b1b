/**
 * The queue's transport to our own accounts. What is for another system goes to the transport that
 * can send there; while there is none, it has no route.
 */
import type { MailLogEntry } from '../audit/mail-log.ts'
import type { Attempt, Outcome, QueuedMessage, QueueReply, Transport } from '../queue/types.ts'
import type { Destination } from '../directory/types.ts'
import { domainOf } from './address.ts'
import { arriveAll } from './arrive.ts'
import type { Arrived, Copy } from './arrive.ts'
import { createParts } from './create-delivery.ts'
import { findDestination, reportKindOf } from './plan.ts'
import type { DeliveryOptions, DeliveryParts, ReportKind } from './ports.ts'
import { isPassing, statuses } from './statuses.ts'
import { readReport } from './take-reports.ts'
import { Refusal } from '../base/refusal.ts'

type Route =
  | { readonly kind: 'answer'; readonly outcome: Outcome }
  | { readonly kind: 'copy'; readonly copy: Copy }
  | { readonly kind: 'remote' }
  /** Ours about mail in our own names. */
  | { readonly kind: 'report'; readonly what: ReportKind }

/** RFC 3463 §3.3: a list took this address since; its rules were not asked. */
const becameList: QueueReply = { code: 550, enhanced: '5.2.4', text: 'Mailing list problem' }

export function createLocalTransport(options: DeliveryOptions, remote?: Transport): Transport {
  const parts = createParts(options)
  return {
    send: (message, attempts) => send(parts, remote, message, attempts),
    forgetSilence: () => remote?.forgetSilence?.(),
  }
}

async function send(
  parts: DeliveryParts,
  remote: Transport | undefined,
  message: QueuedMessage,
  attempts: readonly Attempt[],
): Promise<readonly Outcome[]> {
  const routes = attempts.map((attempt) => routeOf(parts, message, attempt))
  const copies = routes.flatMap((route) => (route.kind === 'copy' ? [route.copy] : []))
  const away = attempts.filter((_, at) => routes[at]?.kind === 'remote')
  const arrived = (await arriveCopies(parts, message, copies)).values()
  const sent = (await sendAway(remote, message, away)).values()
  const read = await readReports(parts, message, routes)
  const outcomes = routes.map((route) => {
    if (route.kind === 'answer') return route.outcome
    if (route.kind === 'report') return read
    const outcome = route.kind === 'copy' ? arrived.next().value : sent.next().value
    if (outcome === undefined) throw new TypeError('an outcome for each recipient')
    return outcome
  })
  parts.mailLog.appendSoon(settledEntry(parts, message, attempts, outcomes))
  return outcomes
}

/** For who follows the message later. */
function settledEntry(
  { clock }: DeliveryParts,
  { envelope, octets }: QueuedMessage,
  attempts: readonly Attempt[],
  outcomes: readonly Outcome[],
): MailLogEntry {
  const { messageId, reversePath } = envelope
  return {
    at: clock.now(),
    event: 'settled',
    messageId,
    reversePath,
    recipients: [],
    octets,
    outcomes: attempts.map(({ forwardPath: recipient, attempts: attempt }, at) => {
      const outcome = outcomes[at]
      if (outcome === undefined || outcome.result === 'unrouted')
        return { recipient, attempt, result: 'held' }
      const { result } = outcome
      if (!('reply' in outcome)) return { recipient, attempt, result }
      const { code, enhanced } = outcome.reply
      return { recipient, attempt, result, reason: String(code), enhanced }
    }),
  }
}

/** Addresses are resolved anew: their owners may have moved, or left, since. */
function routeOf(parts: DeliveryParts, message: QueuedMessage, attempt: Attempt): Route {
  const destination = findDestination(parts, attempt.forwardPath)
  if (destination === undefined) {
    const what = reportKindOf(
      { ...parts, reports: parts.reports, isUser: false },
      attempt.forwardPath,
    )
    if (what !== undefined) return { kind: 'report', what }
    const domain = domainOf(attempt.forwardPath)
    const isOurs = domain === '' || parts.directory.isInternalDomain(domain)
    return isOurs ? failed(statuses['no-such-address']) : { kind: 'remote' }
  }
  if (destination.kind === 'list') return failed(becameList)
  if (destination.isSuspended) return failed(statuses.suspended)
  return { kind: 'copy', copy: copyFor(message, attempt, destination) }
}

/** What is told of mail in our own names, to ourselves: by the same rules as what others tell. */
async function readReports(
  parts: DeliveryParts,
  message: QueuedMessage,
  routes: readonly Route[],
): Promise<Outcome> {
  const kinds = new Set(routes.flatMap((route) => (route.kind === 'report' ? [route.what] : [])))
  for (const kind of kinds) {
    const { reversePath } = message.envelope
    const peer = { remoteAddress: '127.0.0.1', heloName: parts.hostname, protocol: '' }
    const octets = await message.content()
    const fault = await readReport(parts, { peer, reversePath, kind, message: octets })
    if (fault !== undefined)
      return { result: isPassing(fault.code) ? 'deferred' : 'failed', reply: statuses[fault.code] }
  }
  return { result: 'delivered' }
}

function failed(reply: QueueReply): Route {
  return { kind: 'answer', outcome: { result: 'failed', reply } }
}

/** Trace fields were made when the message came; a report of our own has none yet. */
function copyFor(
  message: QueuedMessage,
  attempt: Attempt,
  destination: Extract<Destination, { kind: 'account' }>,
): Copy {
  const { accountId, departmentId, tag, address } = destination
  const { reversePath, messageId } = message.envelope
  const trace = attempt.trace ?? `Return-Path: <${reversePath}>\r\nDelivered-To: ${address}\r\n`
  const isJunk = attempt.marks?.includes('spam') ?? false
  return { accountId, departmentId, address, reversePath, messageId, tag, trace, isJunk }
}

async function arriveCopies(
  parts: DeliveryParts,
  message: QueuedMessage,
  copies: readonly Copy[],
): Promise<readonly Outcome[]> {
  if (copies.length === 0) return []
  const { sameness } = message.envelope
  // Without one, the queue's own id makes a repeated attempt the same.
  const same = sameness === undefined ? Buffer.from(message.id) : Buffer.from(sameness, 'base64')
  return (await arriveAll(parts, await message.content(), same, copies)).map(outcomeOf)
}

function outcomeOf(arrived: Arrived): Outcome {
  if (arrived.result === 'arrived') return { result: 'delivered' }
  if (arrived.result === 'held') throw new TypeError('what is released is not held again')
  const code = arrived.error instanceof Refusal ? arrived.error.code : 'try-again'
  const result = arrived.result === 'later' ? 'deferred' : 'failed'
  return { result, reply: statuses[code] }
}

async function sendAway(
  remote: Transport | undefined,
  message: QueuedMessage,
  attempts: readonly Attempt[],
): Promise<readonly Outcome[]> {
  if (attempts.length === 0) return []
  if (remote === undefined) return attempts.map(() => ({ result: 'unrouted' }))
  return remote.send(message, attempts)
}
