/** Port 25's DATA: a message from another system for our recipients. RFC 5321 §4.1.1.4, §6.1. */
import { Refusal } from '../base/refusal.ts'
import { accept } from './accept.ts'
import { addressesOf, readMessageFacts } from './facts.ts'
import type { MessageFacts } from './facts.ts'
import { judgeArrival } from './judge/arrival.ts'
import { requireNoLoop } from './loop.ts'
import { planRecipients, requireTakers } from './plan.ts'
import { takeReports } from './take-reports.ts'
import type { DeliveryParts } from './ports.ts'
import type { Delivered, Envelope, Peer, RecipientWish } from './types.ts'

export interface Arriving {
  readonly peer: Peer
  readonly envelope: Envelope
  readonly recipients: readonly RecipientWish[]
  readonly message: Buffer
}

/** A message without From or Date is taken as it is: that is for its reader to judge. */
export async function deliver(parts: DeliveryParts, arriving: Arriving): Promise<Delivered> {
  const { peer, envelope, recipients, message } = arriving
  requireAcceptable(parts, message)
  const facts = readMessageFacts(message)
  requireNoLoop(facts)
  const plan = planRecipients(
    {
      directory: parts.directory,
      postmaster: parts.postmaster,
      postmasters: parts.postmasters,
      reversePath: envelope.reversePath,
      reports: parts.reports,
      isUser: false,
      facts,
      authors: authorsFor(parts, recipients, facts),
      now: parts.clock.now(),
    },
    recipients,
  )
  requireTakers(plan)
  const judged = await judgeArrival(parts, { ...arriving, facts, plan })
  const reports = await takeReports(parts, arriving, judged)
  return accept(parts, {
    peer,
    envelope,
    plan: { ...judged.plan, reports },
    message: judged.message,
    original: message,
    headerId: facts.messageId,
    submitter: undefined,
    ...(judged.found === undefined
      ? {}
      : { found: judged.found, authors: addressesOf(facts, 'from') }),
  })
}

/** @throws Refusal('too-large' | 'try-again') */
export function requireAcceptable(parts: DeliveryParts, message: Buffer): void {
  if (message.length > parts.messageOctetsMax)
    throw new Refusal('too-large', { octets: message.length })
  parts.spool.requireRoom()
}

/** From matters to lists alone, and is not parsed for others. */
function authorsFor(
  parts: DeliveryParts,
  recipients: readonly RecipientWish[],
  facts: MessageFacts,
): readonly string[] {
  const hasList = recipients.some(
    ({ forwardPath }) => parts.directory.findAddress(forwardPath)?.kind === 'list',
  )
  return hasList ? addressesOf(facts, 'from') : []
}
