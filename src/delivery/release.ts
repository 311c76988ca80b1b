/**
 * What waited for its time leaves. Its sender and his recipients are asked about anew, then every copy goes
 * into the queue in the transaction that says it is sent. RFC 8621 §7, RFC 4865.
 */
import { isRefusal, type Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import type { QueueInput } from '../queue/types.ts'
import {
  begin,
  logEntry,
  queueRecipient,
  recordSpokenFor,
  relaysOf,
  reportsOf,
  retriesOf,
  settledEntry,
  signOutgoing,
  traceFor,
} from './accept.ts'
import type { Acceptance, Fate } from './accept.ts'
import { composeReports } from './dsn.ts'
import type { DeliveryParts } from './ports.ts'
import { isPassing, statuses } from './statuses.ts'
import { planSubmission } from './submit.ts'
import type { Finish, Sending } from './types.ts'
import { newId } from '../base/id.ts'
import { Refusal as Refused } from '../base/refusal.ts'

export async function release(
  parts: DeliveryParts,
  sending: Sending,
  message: Buffer,
  finish: Finish,
): Promise<boolean> {
  try {
    return await sendAll(parts, planSubmission(parts, { ...sending, message }), finish)
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
  const { targets, relays, refused } = context.plan
  const [first] = refused
  if (targets.length + relays.length === 0 && first !== undefined)
    throw new Refused(first.code, { reason: first.reason })
  const outgoing = await signOutgoing(parts, context)
  await recordSpokenFor(parts, context)
  const fates = targets.map((target): Fate => ({
    target,
    trace: traceFor(context, target),
    arrived: { result: 'later', error: undefined },
  }))
  const enqueue = await parts.queue.prepare([
    ...retriesOf(context, fates, parts.clock.now()),
    ...relaysOf(context, outgoing),
    ...reportsOf(parts, context, fates),
  ])
  const isSent = await finish(async (tx: Tx) => {
    // Only now it is certain that nobody took it back.
    await parts.mailLog.append([logEntry(parts, context)])
    await enqueue(tx)
  })
  if (isSent) parts.mailLog.appendSoon(settledEntry(parts, context, fates))
  return isSent
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
