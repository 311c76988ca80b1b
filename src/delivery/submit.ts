/** Submission: a user's message, with only his identities on it. RFC 6409, RFC 5322 §3.6.2. */
import type { Principal } from '../access/types.ts'
import { Refusal } from '../base/refusal.ts'
import { accept } from './accept.ts'
import type { Acceptance } from './accept.ts'
import { domainOf } from './address.ts'
import type { Identity } from './check-sender.ts'
import { checkSender, requireAuthorship, requireIdentity } from './check-sender.ts'
import { completeMessage } from './complete.ts'
import { holdUntil } from './hold-until.ts'
import { requireAcceptable } from './deliver.ts'
import type { Arriving } from './deliver.ts'
import { addressesOf, countFields, readMessageFacts } from './facts.ts'
import type { MessageFacts } from './facts.ts'
import { requireNoLoop } from './loop.ts'
import { judgeSubmission } from './judge/submission.ts'
import { planRecipients, requireTakers } from './plan.ts'
import type { DeliveryParts } from './ports.ts'
import type { Delivered } from './types.ts'

export async function submit(
  parts: DeliveryParts,
  principal: Principal,
  arriving: Arriving,
): Promise<Delivered> {
  const planned = planSubmission(parts, { ...arriving, principal })
  requireTakers(planned.plan)
  const { holdUntil: dueAt } = arriving.envelope
  if (dueAt !== undefined && dueAt > parts.clock.now()) {
    // Asked now, so that he hears at once what is wrong; and once more when it leaves.
    await judgeSubmission(parts, planned, true)
    return holdUntil(parts, { ...arriving, principal }, dueAt)
  }
  return accept(parts, await judgeSubmission(parts, planned))
}

/** All that is asked of a submission before anything is done. */
export function planSubmission(
  parts: DeliveryParts,
  submission: Arriving & { readonly principal: Principal },
): Acceptance {
  const { principal, peer, envelope, recipients, message } = submission
  requireAcceptable(parts, message)
  checkSender(parts, principal, envelope.reversePath)
  const facts = readMessageFacts(message)
  requireWellFormed(facts)
  requireNoLoop(facts)
  const { authors, spokenFor, sender } = requireAuthors(parts, principal, facts)
  const plan = planRecipients(
    {
      directory: parts.directory,
      postmaster: parts.postmaster,
      postmasters: parts.postmasters,
      reversePath: envelope.reversePath,
      reports: undefined,
      isUser: true,
      facts,
      authors,
      now: parts.clock.now(),
    },
    recipients,
  )
  const domain = domainOf(authors[0] ?? '')
  return {
    peer,
    envelope,
    plan,
    message: completeMessage({ facts, clock: parts.clock, domain, sender }),
    original: message,
    headerId: facts.messageId,
    authors,
    submitter: { principal, spokenFor, domain },
  }
}

interface Authors {
  readonly authors: readonly string[]
  /** Accounts of others: of owners who let him send for them, and shared ones. */
  readonly spokenFor: readonly Identity[]
  /** To be added: RFC 5322 §3.6.2 wants a Sender where it is not the author. */
  readonly sender: string | undefined
}

/** Everybody in From must be the user or somebody he speaks for; Sender must be himself. */
function requireAuthors(parts: DeliveryParts, principal: Principal, facts: MessageFacts): Authors {
  const authors = addressesOf(facts, 'from')
  if (authors.length === 0) throw new Refusal('invalid', { what: 'no author' })
  const identities = authors.map((address) => requireAuthorship(parts, principal, address))
  const senders = addressesOf(facts, 'sender')
  for (const address of senders) requireIdentity(parts, principal, address)
  const isFor = identities.some(({ as }) => as === 'on-behalf')
  return {
    authors,
    spokenFor: identities.filter(({ grant }) => grant.basis !== 'own' && grant.basis !== 'held'),
    sender: isFor && senders.length === 0 ? principal.address : undefined,
  }
}

/** Fields that a reader could take for another (RFC 5322 §3.6 allows each once). */
const once = ['from', 'sender', 'reply-to', 'to', 'cc', 'subject', 'date', 'message-id'] as const

function requireWellFormed(facts: MessageFacts): void {
  if (facts.isCut) throw new Refusal('too-large', { what: 'header' })
  for (const lowerName of once)
    if (countFields(facts, lowerName) > 1)
      throw new Refusal('invalid', { what: 'repeated field', field: lowerName })
  const header = facts.octets.subarray(0, facts.headerEnd)
  if (header.includes(0)) throw new Refusal('invalid', { what: 'NUL in header' })
  requireCrlf(header)
}

/** A bare CR or LF ends a line for some readers and not for others: a way to smuggle a field. */
function requireCrlf(header: Buffer): void {
  for (let at = header.indexOf(10); at >= 0; at = header.indexOf(10, at + 1))
    if (header[at - 1] !== 13) throw new Refusal('invalid', { what: 'bare LF in header' })
  for (let at = header.indexOf(13); at >= 0; at = header.indexOf(13, at + 1))
    if (header[at + 1] !== 10) throw new Refusal('invalid', { what: 'bare CR in header' })
}
