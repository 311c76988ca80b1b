/** Facts about what a user of ours sends, then the policy's word. RFC 6409 §8. */
import type { Principal } from '../../access/types.ts'
import type { ReadPdf } from '../../extract/pdf/types.ts'
import { unfoldedValue } from '../../mime/header.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { withoutFields } from '../../mailauth/verify/results-field.ts'
import { decide } from '../../policy/decide.ts'
import { unknownFacts } from '../../policy/facts.ts'
import type { Facts } from '../../policy/types.ts'
import type { Acceptance } from '../accept.ts'
import { domainOf } from '../address.ts'
import type { MessageFacts } from '../facts.ts'
import { readMessageFacts } from '../facts.ts'
import type { Plan } from '../plan.ts'
import type { DeliveryParts } from '../ports.ts'
import { isAutomatic } from './automatic.ts'
import { gatherContent } from './content.ts'
import { webmailDomains } from './webmail-domains.ts'
import type { Trust } from './ports.ts'
import { applyVerdicts } from './verdicts.ts'

/** A rehearsal leaves no trace. @throws Refusal by a rule of the policy */
export async function judgeSubmission(
  parts: DeliveryParts,
  acceptance: Acceptance,
  isRehearsal = false,
): Promise<Acceptance> {
  const { trust } = parts
  const { submitter, plan, original } = acceptance
  if (trust === undefined || submitter === undefined) return acceptance
  const { principal } = submitter
  const header = readMessageFacts(original)
  const confirmation = confirmationIn(header)
  const [content, virus] = await Promise.all([
    gatherSubmission(plan, original, {
      confirmation,
      isAutomatic: isAutomatic(header, acceptance.envelope.reversePath),
      readPdf: trust.pdfs?.fromUsers,
    }),
    trust.virusScanner?.scan(original) ?? ('not-asked' as const),
  ])
  const rates = isRehearsal
    ? undefined
    : await trust.rates?.count({
        accountId: principal.id,
        departmentId: principal.departmentId,
        recipients: plan.targets.length + plan.relays.length,
        external: plan.relays.length,
        at: parts.clock.now(),
      })
  const facts = { ...content, virus, ...rates }
  const settings = trust.settings()
  const { departmentId } = principal
  const verdict = decide(facts, settings, departmentId)
  const judged = applyVerdicts(plan, {
    verdictFor: () => verdict,
    senderDepartment: departmentId,
    reroute: () => undefined,
  })
  if (confirmation !== undefined && !isRehearsal)
    await recordConfirmed(trust, principal, { facts, confirmation })
  return { ...acceptance, plan: judged, message: withoutOurs(acceptance.message) }
}

/** Marks are ours to set, and what a sender confirmed is between him and us. */
function withoutOurs(message: Buffer): Buffer {
  return withoutFields(message, ({ name }) => name.startsWith('tamar-'))
}

interface Submitting {
  readonly confirmation: string | undefined
  readonly isAutomatic: boolean
  readonly readPdf: ReadPdf | undefined
}

export async function gatherSubmission(
  plan: Pick<Plan, 'relays'>,
  message: Buffer,
  { confirmation, isAutomatic: isByMachine, readPdf }: Submitting,
): Promise<Facts> {
  const outside = plan.relays.map(({ wish }) => domainOf(wish.forwardPath))
  return {
    ...unknownFacts,
    direction: 'out',
    isPeerTrusted: true,
    isAutomatic: isByMachine,
    externalRecipients: outside.length,
    webmailRecipients: outside.filter((domain) => webmailDomains.has(domain)).length,
    isConfirmed: confirmation !== undefined,
    ...(await gatherContent(message, { countsPersonalData: outside.length > 0, readPdf })),
  }
}

/** A field for programs, a word in the subject for people: both want a reason. */
function confirmationIn({ octets, fields }: MessageFacts): string | undefined {
  for (const field of fields) {
    const value = decodeWords(unfoldedValue(octets, field)).trim()
    if (field.lowerName === 'tamar-confirm' && value !== '') return value.slice(0, reasonCharsMax)
    if (field.lowerName === 'subject') {
      const reason = /\[(?:CONFIRMED|確認)\s*[::]\s*([^\]]{3,200})\]/iu.exec(value)?.[1]
      if (reason !== undefined) return reason
    }
  }
  return undefined
}

const reasonCharsMax = 200

/** Rules that would have fired without his word are what he overrode: each is told to the audit trail. */
async function recordConfirmed(
  trust: Trust,
  principal: Principal,
  { facts, confirmation }: { readonly facts: Facts; readonly confirmation: string },
): Promise<void> {
  const { fired } = decide(
    { ...facts, isConfirmed: false },
    trust.settings(),
    principal.departmentId,
  )
  const still = new Set(
    decide(facts, trust.settings(), principal.departmentId).fired.map(({ name }) => name),
  )
  const rules = fired.map(({ name }) => name).filter((name) => !still.has(name))
  if (rules.length > 0) await trust.recordOverride?.(principal, { rules, reason: confirmation })
}
