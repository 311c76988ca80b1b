/**
 * Takes responsibility for a message (RFC 5321 §6.1): every recipient's copy is in his account or in
 * the queue, durably, before it resolves. Who fails for now goes to the queue; when all of them
 * do, nothing was taken and the client hears why.
 */
import { hash } from 'node:crypto'
import type { Principal } from '../access/types.ts'
import type { MailLogEntry, MailLogOutcome } from '../audit/mail-log.ts'
import type { Millis } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import type { DistributionList } from '../directory/types.ts'
import type { QueueInput, QueueRecipient, Report } from '../queue/types.ts'
import { arriveAll } from './arrive.ts'
import type { Arrived } from './arrive.ts'
import type { Identity } from './check-sender.ts'
import { composeReports } from './dsn.ts'
import { headerIdMax, localRetryMs } from './limits.ts'
import type { Plan, RedirectingAccount, Target } from './plan.ts'
import type { DeliveryParts } from './ports.ts'
import { statuses } from './statuses.ts'
import { createTrace } from './trace.ts'
import type { FormatTrace } from './trace.ts'
import type { Delivered, Envelope, Peer, RecipientWish } from './types.ts'

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
  /** The user who submitted it. */
  readonly submitter: Submitter | undefined
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
}

export interface Fate {
  readonly target: Target
  readonly trace: string
  readonly arrived: Arrived
}

export async function accept(parts: DeliveryParts, acceptance: Acceptance): Promise<Delivered> {
  const context = begin(parts, acceptance)
  const { targets, relays, refused } = context.plan
  const [firstRefused] = refused
  if (targets.length + relays.length === 0 && firstRefused !== undefined)
    throw new Refusal(firstRefused.code, { reason: firstRefused.reason })

  const outgoing = await signOutgoing(parts, context)
  await recordSpokenFor(parts, context)
  const logged = parts.mailLog.append([logEntry(parts, context)])
  const fates = await settleBoth(arriveTargets(parts, context), logged)
  const arrived = fates.filter((fate) => fate.arrived.result === 'arrived').length
  const later = fates.filter((fate) => fate.arrived.result === 'later')
  if (arrived + relays.length === 0) await refuseWhole(parts, context, fates)

  const inputs = [
    ...retriesOf(context, later, parts.clock.now() + localRetryMs),
    ...relaysOf(context, outgoing),
    ...reportsOf(parts, context, fates),
  ]
  if (inputs.length > 0) await parts.queue.enqueue(inputs)
  parts.mailLog.appendSoon(settledEntry(parts, context, fates))
  return { messageId: context.messageId, accepted: arrived + later.length + relays.length }
}

export function begin(parts: DeliveryParts, acceptance: Acceptance): Context {
  const { envelope, original, peer, submitter } = acceptance
  const { clock, hostname } = parts
  const messageId = newId(clock)
  const isUser = submitter !== undefined
  return {
    ...acceptance,
    messageId,
    // Architecture D5: reverse-path and message before our trace fields; the store adds the account.
    sameness: hash('sha256', `${envelope.reversePath}\0${hash('sha256', original)}`, 'buffer'),
    trace: createTrace({ peer, hostname, messageId, at: clock.now(), isUser }),
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
    tag: target.tag,
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
  const { reversePath, address: deliveredTo, wish, list } = target
  const { forwardPath } = wish
  const redirectedBy = addressesIn(target)
  return context.trace({ reversePath, deliveredTo, forwardPath, list, redirectedBy })
}

function addressesIn({ redirectedBy = [] }: Pick<Target, 'redirectedBy'>): readonly string[] {
  return redirectedBy.map(({ address }) => address)
}

/** Nobody has it: the first reason is the answer, a passing one before one that stays. */
async function refuseWhole(
  parts: DeliveryParts,
  context: Context,
  fates: readonly Fate[],
): Promise<never> {
  const failures = fates.flatMap(({ arrived }) => (arrived.result === 'arrived' ? [] : [arrived]))
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
    ...plan.relays.map(({ wish, list, redirectedBy }) => ({
      recipient: wish.forwardPath,
      result: 'queued' as const,
      ...(list === undefined ? {} : { list: list.address }),
      ...redirectOf(redirectedBy),
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
  const reason = arrived.error instanceof Refusal ? arrived.error.code : 'try-again'
  return { ...about, result: arrived.result === 'later' ? 'queued' : 'failed', reason }
}

/** One queued message for each reverse-path among those who failed for now. */
export function retriesOf(
  context: Context,
  later: readonly Fate[],
  firstAttemptAt: Millis,
): readonly QueueInput[] {
  const sameness = context.sameness.toString('base64')
  const groups = Map.groupBy(later, ({ target }) => target.reversePath)
  return [...groups].map(([reversePath, fates]) => ({
    ...departmentOf(context, fates[0]?.target.list),
    envelope: { ...queueEnvelope(context, reversePath), sameness },
    content: context.message,
    recipients: fates.map(({ target, trace }) => ({ ...queueRecipient(target.wish), trace })),
    firstAttemptAt,
  }))
}

/** Only what a user of ours wrote is signed, and only where it leaves. */
export async function signOutgoing(
  { sign }: DeliveryParts,
  { message, plan, submitter }: Context,
): Promise<Buffer> {
  if (sign === undefined || submitter === undefined || plan.relays.length === 0) return message
  const fields = await sign(submitter.domain, message)
  return fields === '' ? message : Buffer.concat([Buffer.from(fields), message])
}

/** One queued message for each reverse-path among those of other systems. */
export function relaysOf(context: Context, content: Buffer): readonly QueueInput[] {
  const groups = Map.groupBy(context.plan.relays, (relay) => relay.reversePath)
  return [...groups].map(([reversePath, relays]) => ({
    ...departmentOf(context, relays[0]?.list, relays[0]?.redirectedBy?.at(-1)),
    envelope: queueEnvelope(context, reversePath),
    content,
    recipients: relays.map((relay) => {
      const { wish, list } = relay
      const { forwardPath } = wish
      const [deliveredTo, redirectedBy] = [undefined, addressesIn(relay)]
      const trace = context.trace({ reversePath, deliveredTo, forwardPath, list, redirectedBy })
      return { ...queueRecipient(wish), trace }
    }),
  }))
}

/** Whose mail it is: of who sends it on, the list's, or the sender's; a stranger's is nobody's. */
function departmentOf(
  { submitter }: Context,
  list: DistributionList | undefined,
  redirecting?: RedirectingAccount,
): Pick<QueueInput, 'departmentId'> {
  const ours = redirecting?.departmentId ?? list?.departmentId
  const departmentId = ours ?? submitter?.principal.departmentId
  return departmentId === undefined ? {} : { departmentId }
}

function queueEnvelope(context: Context, reversePath: string): QueueInput['envelope'] {
  const { envelope, messageId } = context
  const isOwn = reversePath === envelope.reversePath
  return {
    reversePath,
    // ENVID and RET are the sender's; a list's owner did not ask for them (RFC 3461 §5.2.7).
    ...(isOwn && envelope.envelopeId !== undefined ? { envelopeId: envelope.envelopeId } : {}),
    ...(isOwn && envelope.ret !== undefined ? { ret: envelope.ret } : {}),
    isSmtpUtf8: envelope.isSmtpUtf8,
    requiresTls: envelope.requiresTls,
    messageId,
  }
}

export function queueRecipient(wish: RecipientWish): QueueRecipient {
  const { forwardPath, notify, originalRecipient } = wish
  return {
    forwardPath,
    ...(notify === undefined ? {} : { notify }),
    ...(originalRecipient === undefined ? {} : { originalRecipient }),
  }
}

/** What is said at once: who will never have it, and who has it when the sender asked (RFC 3461). */
export function reportsOf(
  parts: DeliveryParts,
  context: Context,
  fates: readonly Fate[],
): readonly QueueInput[] {
  const at = parts.clock.now()
  const found: (readonly [reversePath: string, report: Report])[] = []
  const say = (path: string, kind: Report['kind'], wish: RecipientWish, error?: Refusal) => {
    const reply = error === undefined ? undefined : statuses[error.code]
    found.push([path, { kind, recipient: queueRecipient(wish), reply, at }])
  }
  for (const { wish, code, reversePath } of context.plan.refused)
    say(reversePath, 'failed', wish, new Refusal(code))
  for (const { target, arrived } of fates) {
    if (arrived.result === 'never') say(target.reversePath, 'failed', target.wish, arrived.error)
    else if (arrived.result === 'arrived' && asksSuccess(target.wish))
      say(target.reversePath, 'delivered', target.wish)
  }
  for (const wish of context.plan.lists)
    if (asksSuccess(wish)) say(context.envelope.reversePath, 'delivered', wish)
  if (found.length === 0) return []
  const groups = Map.groupBy(found, ([reversePath]) => reversePath)
  return [...groups].flatMap(([reversePath, group]) =>
    composeReports(parts, {
      envelope: queueEnvelope(context, reversePath),
      queuedAt: at,
      content: context.message,
      reports: group.map(([, report]) => report),
    }),
  )
}

function asksSuccess(wish: RecipientWish): boolean {
  return wish.notify?.includes('success') ?? false
}
