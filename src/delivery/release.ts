/**
 * What waited for its time leaves. Its sender and his recipients are asked about anew, then every copy goes
 * into the queue in the transaction that says it is sent. RFC 8621 §7, RFC 4865.
 */
import { isRefusal, type Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import type { QueueInput } from '../queue/types.ts'
import { begin, logEntry, recordSpokenFor, settledEntry, traceFor } from './accept.ts'
import type { Acceptance, Fate } from './accept.ts'
import { composeReports } from './dsn.ts'
import { judgeSubmission } from './judge/submission.ts'
import { learnContacts } from './learn-contacts.ts'
import { postsOf } from './moderation/keep.ts'
import { requireTakers } from './plan.ts'
import type { DeliveryParts } from './ports.ts'
import { heldOf, queueRecipient, relaysOf, reportsOf, retriesOf } from './queue-inputs.ts'
import { signOutgoing } from './sign-outgoing.ts'
import { isPassing, statuses } from './statuses.ts'
import { planSubmission } from './submit.ts'
import type { Finish, Sending } from './types.ts'
import { newId } from '../base/id.ts'

export async function release(
  parts: DeliveryParts,
  sending: Sending,
  message: Buffer,
  finish: Finish,
): Promise<boolean> {
  // The session it was asked in may be over: what he may is what he may now.
  using resumed = parts.access.resume(sending.principal)
  const { principal } = resumed
  try {
    const planned = planSubmission(parts, { ...sending, principal, message })
    return await sendAll(parts, await judgeSubmission(parts, planned), finish)
  } catch (error) {
    if (!isRefusal(error) || isPassing(error.code)) throw error
    const enqueue = await parts.queue.prepare(refusalReports(parts, sending, message, error))
    return finish(enqueue)
  }
}

async function sendAll(
  parts: DeliveryParts,
  acceptance: Acceptance,
  finish: Finish,
): Promise<boolean> {
  const context = begin(parts, acceptance)
  requireTakers(context.plan)
  await parts.moderation.requireRoom([...context.postIds.keys()])
  const outgoing = await signOutgoing(parts, context)
  await recordSpokenFor(parts, context)
  const fates = context.plan.targets.map((target): Fate => ({
    target,
    trace: traceFor(context, target),
    arrived:
      target.filing?.heldFor === undefined
        ? { result: 'later', error: undefined }
        : { result: 'held', reason: target.filing.heldFor },
  }))
  const held = fates.filter(({ arrived }) => arrived.result === 'held')
  const later = fates.filter(({ arrived }) => arrived.result === 'later')
  const enqueue = await parts.queue.prepare([
    ...retriesOf(context, later, parts.clock.now()),
    ...heldOf(context, held),
    ...relaysOf(context, outgoing),
    ...reportsOf(parts, context, fates),
  ])
  const wait = await parts.moderation.prepare(postsOf(parts, context))
  const isSent = await finish(async (tx: Tx) => {
    // Only now it is certain that nobody took it back.
    await parts.mailLog.append([logEntry(parts, context)])
    await enqueue(tx)
    await wait(tx)
  })
  if (!isSent) return false
  parts.mailLog.appendSoon(settledEntry(parts, context, fates))
  await learnContacts(parts, context)
  return true
}

/** To the sender, as of any message that did not arrive. */
function refusalReports(
  parts: DeliveryParts,
  { envelope, recipients }: Sending,
  content: Buffer,
  { code }: Refusal,
): readonly QueueInput[] {
  const at = parts.clock.now()
  const { reversePath, envelopeId, ret, isSmtpUtf8, requiresTls } = envelope
  return composeReports(parts, {
    envelope: {
      reversePath,
      ...(envelopeId === undefined ? {} : { envelopeId }),
      ...(ret === undefined ? {} : { ret }),
      isSmtpUtf8,
      requiresTls,
      messageId: newId(parts.clock),
    },
    queuedAt: at,
    content,
    reports: recipients.map((wish) => ({
      kind: 'failed',
      recipient: queueRecipient(wish),
      reply: statuses[code],
      at,
    })),
  })
}
