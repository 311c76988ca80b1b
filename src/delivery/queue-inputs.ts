/**
 * What goes into the queue of an accepted message: who is tried later, who is held, who is elsewhere,
 * and who hears of it.
 */
import type { Millis } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import type { DistributionList } from '../directory/types.ts'
import type { QueueInput, QueueRecipient, Report } from '../queue/types.ts'
import type { Context, Fate } from './accept.ts'
import { composeReports } from './dsn.ts'
import { describeHeld } from './quarantine/held-copy.ts'
import { addressesIn, type Filing, type RedirectingAccount, type Relay } from './plan.ts'
import type { DeliveryParts } from './ports.ts'
import { statuses } from './statuses.ts'
import type { RecipientWish } from './types.ts'

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
    recipients: fates.map(copyInQueue),
    firstAttemptAt,
  }))
}

function copyInQueue({ target, trace }: Fate): QueueRecipient {
  const marks = target.filing?.marks ?? []
  return {
    ...queueRecipient(target.wish),
    trace,
    ...(marks.length === 0 ? {} : { marks }),
  }
}

/**
 * One queued message for each copy that waits until somebody lets it go, so that each has an id of its
 * own. Its sender hears nothing: he may be a stranger, and whoever he named is not to be written to.
 * Whom it was for is told by `quarantine/`.
 */
export function heldOf(context: Context, held: readonly Fate[]): readonly QueueInput[] {
  if (held.length === 0) return []
  const sameness = context.sameness.toString('base64')
  const heldCopyOf = describeHeld(context)
  return held.map((fate) => ({
    departmentId: fate.target.departmentId,
    envelope: { ...queueEnvelope(context, fate.target.reversePath), sameness },
    content: context.message,
    recipients: [{ ...copyInQueue(fate), notify: ['never'] }],
    isHeld: true,
    heldCopy: heldCopyOf(fate.target),
  }))
}

/** One queued message for each reverse-path among those of other systems. */
export function relaysOf(context: Context, content: Buffer): readonly QueueInput[] {
  const groups = Map.groupBy(context.plan.relays, relayGroup)
  return [...groups.values()].map((relays) => relaysInQueue(context, content, relays))
}

/** Those that share an envelope, and what is done with it. */
function relayGroup({ reversePath, filing }: Relay): string {
  return `${isHeld(filing)} ${wantsVerifiedTls(filing)} ${reversePath}`
}

function isHeld(filing: Filing | undefined): boolean {
  return filing?.heldFor !== undefined
}

function wantsVerifiedTls(filing: Filing | undefined): boolean {
  return filing?.marks.includes('verified-tls') ?? false
}

function relaysInQueue(context: Context, content: Buffer, relays: readonly Relay[]): QueueInput {
  const [first] = relays
  const reversePath = first?.reversePath ?? ''
  const envelope = queueEnvelope(context, reversePath)
  return {
    ...departmentOf(context, first?.list, first?.redirectedBy?.at(-1)),
    envelope: wantsVerifiedTls(first?.filing)
      ? { ...envelope, requiresVerifiedTls: true }
      : envelope,
    content,
    ...(isHeld(first?.filing) ? { isHeld: true } : {}),
    recipients: relays.map((relay) => {
      const { wish, list } = relay
      const { forwardPath } = wish
      const [deliveredTo, redirectedBy] = [undefined, addressesIn(relay)]
      const trace = context.trace({ reversePath, deliveredTo, forwardPath, list, redirectedBy })
      return { ...queueRecipient(wish), trace }
    }),
  }
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
    // Its copies are as urgent as it is.
    ...(envelope.priority === undefined ? {} : { priority: envelope.priority }),
    // ENVID, RET and BY are the sender's; a list's owner did not ask for them (RFC 3461 §5.2.7).
    ...(isOwn && envelope.envelopeId !== undefined ? { envelopeId: envelope.envelopeId } : {}),
    ...(isOwn && envelope.ret !== undefined ? { ret: envelope.ret } : {}),
    isSmtpUtf8: envelope.isSmtpUtf8,
    requiresTls: envelope.requiresTls,
    ...(isOwn && envelope.deliverBy !== undefined ? { deliverBy: envelope.deliverBy } : {}),
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
