/**
 * Takes responsibility for a message (RFC 5321 §6.1): every recipient's copy is in his account or in
 * the queue, durably, before it resolves. Who fails for now goes to the queue; when all of them
 * do, nothing was taken and the client hears why.
 */
import { hash } from 'node:crypto'
import type { Principal } from '../access/types.ts'
import type { MailLogEntry, MailLogOutcome } from '../audit/mail-log.ts'
import { newId } from '../base/id.ts'
import { Refusal, type RefusalCode } from '../base/refusal.ts'
import type { ArcResult } from '../mailauth/verify/types.ts'
import { arriveAll } from './arrive.ts'
import type { Arrived } from './arrive.ts'
import type { Identity } from './check-sender.ts'
import { learnContacts } from './learn-contacts.ts'
import { headerIdMax, localRetryMs, moderationMailbox } from './limits.ts'
import { keepModerated } from './moderation/keep.ts'
import { addressesIn, requireTakers } from './plan.ts'
import type { Plan, Target } from './plan.ts'
import type { DeliveryParts } from './ports.ts'
import type { QueueInput } from '../queue/types.ts'
import type { CopyFate } from '../store/submissions/submissions.ts'
import { heldOf, relaysOf, reportsOf, retriesOf } from './queue-inputs.ts'
import { signOutgoing } from './sign-outgoing.ts'
import { statuses } from './statuses.ts'
import { createTrace } from './trace.ts'
import type { FormatTrace } from './trace.ts'
import type { Delivered, Envelope, Peer } from './types.ts'

export interface Acceptance {
  readonly peer: Peer
  readonly envelope: Envelope
  readonly plan: Plan
  /** As it is delivered, without trace. */
  readonly message: Buffer
  /** As the client sent it: what makes a repetition the same. */
  readonly original: Buffer
  /** Its Message-ID, as the client wrote it. */
  readonly headerId: string | undefined
  /** Who wrote it, as its header says; undefined where a trusted peer brings it. */
  readonly authors?: readonly string[]
  /** The user who submitted it. */
  readonly submitter: Submitter | undefined
  /** What was found of a stranger's message, for our seal where it goes on to others. */
  readonly found?: Found
}

export interface Found {
  readonly arc: ArcResult
  /** As in our Authentication-Results. */
  readonly results: string
  /** Its author's domain vouches for it (DMARC): he may be written to. */
  readonly isProven: boolean
}

export interface Submitter {
  readonly principal: Principal
  /** Accounts of others, whose owners let him send for them: each is told to the audit trail. */
  readonly spokenFor: readonly Identity[]
  /** Of the author, whose identity was asked: who answers for the message outside (RFC 6376 §2.6). */
  readonly domain: string
}

/** What the steps share. */
export interface Context extends Acceptance {
  readonly messageId: string
  readonly sameness: Buffer
  readonly trace: FormatTrace
  /** Of what waits for a moderator, by list. */
  readonly postIds: ReadonlyMap<string, string>
}

export interface Fate {
  readonly target: Target
  readonly trace: string
  readonly arrived: Arrived
}

export async function accept(parts: DeliveryParts, acceptance: Acceptance): Promise<Delivered> {
  const context = begin(parts, acceptance)
  const { relays } = context.plan
  requireTakers(context.plan)
  await parts.moderation.requireRoom([...context.postIds.keys()])

  const outgoing = await signOutgoing(parts, context)
  await recordSpokenFor(parts, context)
  const logged = parts.mailLog.append([logEntry(parts, context)])
  const fates = await settleBoth(arriveTargets(parts, context), logged)
  const arrived = fates.filter((fate) => fate.arrived.result === 'arrived').length
  const later = fates.filter((fate) => fate.arrived.result === 'later')
  const held = fates.filter((fate) => fate.arrived.result === 'held')
  const reported = context.plan.reports.filter(({ refused }) => refused === undefined).length
  if (arrived + held.length + relays.length + reported === 0)
    await refuseWhole(parts, context, fates)

  const waiting = [
    ...retriesOf(context, later, parts.clock.now() + localRetryMs),
    ...heldOf(context, held),
    ...relaysOf(context, outgoing),
  ].map((input) => ({ ...input, id: newId(parts.clock) }))
  const inputs = [...waiting, ...reportsOf(parts, context, fates)]
  if (inputs.length > 0) await parts.queue.enqueue(inputs)
  await keepModerated(parts, context)
  parts.mailLog.appendSoon(settledEntry(parts, context, fates))
  await learnContacts(parts, context)
  const accepted = arrived + later.length + held.length + relays.length + reported
  const copies = copiesOf(context, fates, waiting)
  return { messageId: context.messageId, accepted, copies }
}

/** What is known of each of whom the sender named. */
function copiesOf(
  { plan }: Context,
  fates: readonly Fate[],
  waiting: readonly (QueueInput & { readonly id: string })[],
): readonly CopyFate[] {
  const failed = (forwardPath: string, code: RefusalCode): CopyFate => {
    const { code: reply, enhanced, text } = statuses[code]
    return { forwardPath, result: 'failed', reply: `${reply} ${enhanced} ${text}` }
  }
  return [
    ...fates.flatMap(({ target, arrived }): readonly CopyFate[] => {
      const { forwardPath } = target.wish
      if (arrived.result === 'arrived') return [{ forwardPath, result: 'arrived' }]
      return arrived.result === 'never' ? [failed(forwardPath, arrived.error.code)] : []
    }),
    ...plan.refused.map(({ wish, code }) => failed(wish.forwardPath, code)),
    ...waiting.flatMap(({ id: queuedId, recipients }) =>
      recipients.map(({ forwardPath }, recipient): CopyFate => {
        return { forwardPath, result: 'queued', queuedId, recipient }
      }),
    ),
  ]
}

export function begin(parts: DeliveryParts, acceptance: Acceptance): Context {
  const { envelope, original, peer, plan, submitter } = acceptance
  const { clock, hostname } = parts
  const messageId = newId(clock)
  const isUser = submitter !== undefined
  return {
    ...acceptance,
    messageId,
    // Architecture D5: reverse-path and message before our trace fields; the store adds the account.
    sameness: hash('sha256', `${envelope.reversePath}\0${hash('sha256', original)}`, 'buffer'),
    trace: createTrace({ peer, hostname, messageId, at: clock.now(), isUser }),
    postIds: new Map(plan.moderated.map(({ list }) => [list.id, newId(clock)])),
  }
}

/** Before anybody has a copy: mail sent for another is not delivered without its entry. */
export async function recordSpokenFor(
  parts: DeliveryParts,
  { submitter, messageId }: Context,
): Promise<void> {
  if (submitter === undefined || submitter.spokenFor.length === 0) return
  const { principal, spokenFor } = submitter
  const ways = new Map(spokenFor.map(({ grant, as }) => [grant.accountId, as]))
  for (const [accountId, way] of ways) {
    const as = way === 'as' ? 'send-as' : way
    await parts.access.recordSend(principal, { accountId, as, messageId })
  }
}

/** Waits for both, whatever becomes of one: nothing is left running behind a refusal. */
async function settleBoth<T>(work: Promise<T>, logged: Promise<void>): Promise<T> {
  const [done, log] = await Promise.allSettled([work, logged])
  if (done.status === 'rejected') throw done.reason
  if (log.status === 'rejected') throw log.reason
  return done.value
}

async function arriveTargets(parts: DeliveryParts, context: Context): Promise<readonly Fate[]> {
  const { message, sameness, plan } = context
  const copies = plan.targets.map((target) => ({
    accountId: target.accountId,
    departmentId: target.departmentId,
    address: target.address,
    reversePath: target.reversePath,
    messageId: context.messageId,
    tag: target.tag,
    isJunk: target.filing?.marks.includes('spam') ?? false,
    ...(target.filing?.heldFor === undefined ? {} : { heldFor: target.filing.heldFor }),
    ...(target.isForModeration === true ? { mailboxName: moderationMailbox } : {}),
    trace: traceFor(context, target),
  }))
  const answers = await arriveAll(parts, message, sameness, copies)
  return plan.targets.map((target, at) => {
    const [copy, arrived] = [copies[at], answers[at]]
    if (copy === undefined || arrived === undefined) throw new TypeError('an answer for each copy')
    return { target, trace: copy.trace, arrived }
  })
}

export function traceFor(context: Context, target: Target): string {
  const { reversePath, address: deliveredTo, wish, list, filing } = target
  const { forwardPath } = wish
  const [redirectedBy, marks] = [addressesIn(target), filing?.marks ?? []]
  const posts = (target.moderates ?? []).map((each) => ({
    id: context.postIds.get(each.id) ?? '',
    list: each,
  }))
  return context.trace({ reversePath, deliveredTo, forwardPath, list, redirectedBy, marks, posts })
}

/** Nobody has it: the first reason is the answer, a passing one before one that stays. */
async function refuseWhole(
  parts: DeliveryParts,
  context: Context,
  fates: readonly Fate[],
): Promise<never> {
  const failures = fates.flatMap(({ arrived }) => ('error' in arrived ? [arrived] : []))
  const first = failures.find(({ result }) => result === 'later') ?? failures[0]
  await parts.mailLog.append([{ ...settledEntry(parts, context, fates), event: 'failed' }])
  throw first?.error ?? new Refusal('no-such-address', { reason: 'no recipients' })
}

export function logEntry(parts: DeliveryParts, context: Context): MailLogEntry {
  const { peer, envelope, plan, message, messageId, submitter, headerId } = context
  return {
    at: parts.clock.now(),
    event: submitter === undefined ? 'received' : 'submitted',
    messageId,
    remoteAddress: peer.remoteAddress,
    ...(submitter === undefined ? {} : { principalId: submitter.principal.id }),
    reversePath: envelope.reversePath,
    recipients: [
      ...plan.targets.map((target) => target.address),
      ...plan.relays.map((relay) => relay.wish.forwardPath),
      ...plan.reports.map((report) => report.wish.forwardPath),
    ],
    octets: message.length,
    ...(headerId === undefined ? {} : { headerId: headerId.slice(0, headerIdMax) }),
  }
}

/** What became of each recipient, for who follows a message later. */
export function settledEntry(
  parts: DeliveryParts,
  { messageId, message, envelope, plan }: Context,
  fates: readonly Fate[],
): MailLogEntry {
  const outcomes = [
    ...fates.map(({ target, arrived }) => outcomeOf(target, arrived)),
    ...plan.relays.map(({ wish, list, redirectedBy, filing }) => ({
      recipient: wish.forwardPath,
      ...(filing?.heldFor === undefined
        ? { result: 'queued' as const }
        : { result: 'held' as const, reason: filing.heldFor }),
      ...(list === undefined ? {} : { list: list.address }),
      ...redirectOf(redirectedBy),
    })),
    ...plan.moderated.map(({ wish, list }) => ({
      recipient: wish.forwardPath,
      result: 'held' as const,
      reason: 'moderation',
      list: list.address,
    })),
    ...plan.reports.map(({ wish, refused }) => ({
      recipient: wish.forwardPath,
      ...(refused === undefined
        ? { result: 'delivered' as const, reason: 'report' }
        : { result: 'failed' as const, reason: 'report-refused' }),
    })),
    ...plan.refused.map(({ wish, code, reason }) => ({
      recipient: wish.forwardPath,
      result: 'failed' as const,
      reason,
      enhanced: statuses[code].enhanced,
    })),
  ]
  return {
    at: parts.clock.now(),
    event: 'settled',
    messageId,
    reversePath: envelope.reversePath,
    recipients: [],
    octets: message.length,
    outcomes,
  }
}

function redirectOf(redirectedBy: Target['redirectedBy']): Pick<MailLogOutcome, 'redirect'> {
  const last = redirectedBy?.at(-1)
  return last === undefined ? {} : { redirect: last.address }
}

function outcomeOf(target: Target, arrived: Arrived): MailLogOutcome {
  const { address, wish, list, redirectedBy } = target
  const about = {
    recipient: address,
    ...(wish.forwardPath === address ? {} : { addressed: wish.forwardPath }),
    ...(list === undefined ? {} : { list: list.address }),
    ...redirectOf(redirectedBy),
  }
  if (arrived.result === 'arrived') return { ...about, result: 'delivered' }
  if (arrived.result === 'held') return { ...about, result: 'held', reason: arrived.reason }
  const reason = arrived.error instanceof Refusal ? arrived.error.code : 'try-again'
  return { ...about, result: arrived.result === 'later' ? 'queued' : 'failed', reason }
}
