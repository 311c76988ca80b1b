/** What the policy would say of a message, with every fact and every rule that fired. Nothing is done. */
import type { DepartmentId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { decide } from '../../policy/decide.ts'
import { builtInRules } from '../../policy/rules.ts'
import type { Facts, Verdict } from '../../policy/types.ts'
import { domainOf } from '../address.ts'
import { readMessageFacts } from '../facts.ts'
import type { DeliveryParts } from '../ports.ts'
import { gather } from './arrival.ts'
import { isAutomatic } from './automatic.ts'
import type { Trust } from './ports.ts'
import { gatherSubmission } from './submission.ts'

export interface MailQuestion {
  readonly message: Buffer
  /** The reverse-path; empty: a report. */
  readonly from: string
  readonly to: readonly string[]
  /** The peer that would bring it; undefined: a user of ours sends it. */
  readonly peer: { readonly remoteAddress: string; readonly heloName: string } | undefined
  /** Whose rules; undefined: the platform's. */
  readonly departmentId: DepartmentId | undefined
}

export interface MailExplanation extends Pick<Verdict, 'action' | 'reason' | 'marks'> {
  readonly facts: Facts
  readonly fired: readonly (Verdict['fired'][number] & { readonly about: string })[]
}

type Parts = Pick<DeliveryParts, 'directory' | 'clock'> & { readonly trust: Trust }

/** Nobody is scanned for: scanners are asked like for any message. */
export async function explainMail(parts: Parts, question: MailQuestion): Promise<MailExplanation> {
  const facts = await factsOf(parts, question)
  const { action, reason, marks, fired } = decide(
    facts,
    parts.trust.settings(),
    question.departmentId,
  )
  const sentences = new Map(builtInRules.map(({ name, about }) => [name, about]))
  const told = fired.map((rule) => ({ ...rule, about: sentences.get(rule.name) ?? '' }))
  return { action, reason, marks, facts, fired: told }
}

async function factsOf(parts: Parts, { message, from, to, peer }: MailQuestion): Promise<Facts> {
  const header = readMessageFacts(message)
  const recipients = to.map((forwardPath) => ({ forwardPath }))
  if (peer === undefined) {
    const outside = recipients.filter(
      ({ forwardPath }) => !parts.directory.isInternalDomain(domainOf(forwardPath)),
    )
    const relays = outside.map((wish) => ({ wish, reversePath: from, list: undefined }))
    return gatherSubmission({ relays }, message, {
      confirmation: undefined,
      isAutomatic: isAutomatic(header, from),
      readPdf: parts.trust.pdfs?.fromUsers,
    })
  }
  if (to.length === 0) throw new Refusal('invalid', { message: 'Say whom it is for.' })
  const envelope = { reversePath: from, isSmtpUtf8: false, requiresTls: false }
  const { facts } = await gather(parts, parts.trust, {
    peer: { ...peer, protocol: 'ESMTP' },
    envelope,
    recipients,
    message,
    facts: header,
    isRehearsal: true,
  })
  return facts
}
