/**
 * A post that waited goes to the members of its list, or back: each is prepared, and happens in the
 * transaction of who decides, so that of two at once one does.
 */
import { hash } from 'node:crypto'
import type { MailLogEntry } from '../../audit/mail-log.ts'
import type { Tx } from '../../db/types.ts'
import type { DistributionList } from '../../directory/types.ts'
import type { QueueReply } from '../../queue/types.ts'
import type { Context, Fate } from '../accept.ts'
import { settledEntry, traceFor } from '../accept.ts'
import { composeReports } from '../dsn.ts'
import { readMessageFacts } from '../facts.ts'
import { planLetThrough, type Filing, type Plan } from '../plan.ts'
import type { DeliveryParts } from '../ports.ts'
import { heldOf, queueRecipient, relaysOf, reportsOf, retriesOf } from '../queue-inputs.ts'
import { signOutgoing } from '../sign-outgoing.ts'
import { createTrace } from '../trace.ts'
import type { PostFacts } from './post.ts'

export interface Post {
  readonly facts: PostFacts
  readonly list: DistributionList
  readonly content: Buffer
}

export type Settling = (tx: Tx) => Promise<void>

/** To everybody who is a member now. */
export async function prepareLetThrough(parts: DeliveryParts, post: Post): Promise<Settling> {
  const context = contextOf(parts, post)
  const outgoing = await signOutgoing(parts, context)
  const fates = context.plan.targets.map((target): Fate => {
    const { heldFor } = target.filing ?? {}
    const trace = traceFor(context, target)
    return heldFor === undefined
      ? { target, trace, arrived: { result: 'later', error: undefined } }
      : { target, trace, arrived: { result: 'held', reason: heldFor } }
  })
  const is = (result: Fate['arrived']['result']) =>
    fates.filter(({ arrived }) => arrived.result === result)
  const enqueue = await parts.queue.prepare([
    ...retriesOf(context, is('later'), parts.clock.now()),
    ...heldOf(context, is('held')),
    ...relaysOf(context, outgoing),
    ...reportsOf(parts, context, fates),
  ])
  return async (tx) => {
    await enqueue(tx)
    tx.afterCommit(() => parts.mailLog.appendSoon(settledEntry(parts, context, fates)))
  }
}

function contextOf(parts: DeliveryParts, { facts, list, content }: Post): Context {
  const { envelope, peer, messageId, headerId, wish, submitter, receivedAt, sameness } = facts
  const { directory, postmaster, postmasters, clock, hostname } = parts
  const isUser = submitter !== undefined
  const input = {
    directory,
    postmaster,
    postmasters,
    reversePath: envelope.reversePath,
    reports: undefined,
    isUser,
    facts: readMessageFacts(content),
    authors: [],
    now: clock.now(),
  }
  const plan = filed(planLetThrough(input, { wish, list }), facts)
  return {
    peer,
    envelope,
    plan,
    message: content,
    original: content,
    headerId,
    messageId,
    submitter: submitter === undefined ? undefined : { ...submitter, spokenFor: [] },
    // The moderator may be a member too: what he judged by is not his copy of it.
    sameness: hash('sha256', `${sameness}\0let-through`, 'buffer'),
    trace: createTrace({ peer, hostname, messageId, at: receivedAt, isUser }),
    postIds: new Map(),
  }
}

/** The policy's word on the moderator's copy is its word on theirs. */
function filed(plan: Plan, { marks, heldFor, isDangerous }: PostFacts): Plan {
  const filing: Filing = {
    marks,
    ...(heldFor === undefined ? {} : { heldFor }),
    ...(isDangerous === undefined ? {} : { isDangerous }),
  }
  return {
    ...plan,
    targets: plan.targets.map((target) => ({ ...target, filing })),
    relays: plan.relays.map((relay) => ({ ...relay, filing })),
  }
}

export const turnedAway = {
  refused: {
    code: 550,
    enhanced: '5.7.2',
    text: 'The moderator of this list did not let it through',
  },
  expired: {
    code: 550,
    enhanced: '5.7.2',
    text: 'No moderator of this list let it through in time',
  },
} as const satisfies Record<string, QueueReply>

/** Back to who sent it, where he is who he says; a stranger who may be forged is not written to. */
export async function prepareTurnAway(
  parts: DeliveryParts,
  { facts, list, content }: Post,
  why: keyof typeof turnedAway,
): Promise<Settling> {
  const { envelope, messageId, wish, mayTell, receivedAt } = facts
  const { reversePath, envelopeId, ret, isSmtpUtf8, requiresTls } = envelope
  const at = parts.clock.now()
  const reply = turnedAway[why]
  const recipient = mayTell ? queueRecipient(wish) : { ...queueRecipient(wish), notify: never }
  const reports = composeReports(parts, {
    envelope: {
      reversePath,
      isSmtpUtf8,
      requiresTls,
      messageId,
      ...(envelopeId === undefined ? {} : { envelopeId }),
      ...(ret === undefined ? {} : { ret }),
    },
    queuedAt: receivedAt,
    content,
    reports: [{ kind: 'failed', recipient, reply, at }],
  })
  const enqueue = await parts.queue.prepare(reports)
  const settled: MailLogEntry = {
    at,
    event: 'settled',
    messageId,
    reversePath,
    recipients: [],
    octets: content.length,
    outcomes: [
      {
        recipient: wish.forwardPath,
        result: 'failed',
        list: list.address,
        reason: `moderation-${why}`,
        enhanced: reply.enhanced,
      },
    ],
  }
  return async (tx) => {
    await enqueue(tx)
    tx.afterCommit(() => parts.mailLog.appendSoon(settled))
  }
}

const never = ['never'] as const
