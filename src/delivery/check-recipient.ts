/** RCPT: may this forward-path be a recipient? RFC 5321 §4.1.1.3, RFC 3461 §4. */
import { Refusal } from '../base/refusal.ts'
import { hasControl } from './address.ts'
import { decideFor, findDestination } from './plan.ts'
import type { PlanInput } from './plan.ts'
import type { DeliveryParts } from './ports.ts'
import type { Envelope, RecipientWish } from './types.ts'

export interface RecipientQuestion {
  readonly envelope: Envelope
  readonly recipient: RecipientWish
  readonly isUser: boolean
  /** SIZE of MAIL FROM (RFC 1870). */
  readonly octetsDeclared?: number
}

/** @throws Refusal: no-such-address, suspended, over-quota, list-closed, relay-denied, … */
export async function checkRecipient(
  parts: DeliveryParts,
  question: RecipientQuestion,
): Promise<void> {
  const { envelope, recipient, isUser, octetsDeclared = 0 } = question
  if (hasControl(recipient.forwardPath)) throw new Refusal('invalid', { what: 'forward-path' })
  const { directory, postmaster } = parts
  const { reversePath } = envelope
  const facts = undefined
  const [now, authors] = [parts.clock.now(), [] as const]
  const input: PlanInput = { directory, postmaster, reversePath, isUser, facts, authors, now }
  const destination = findDestination(input, recipient.forwardPath)
  const verdict = decideFor(input, recipient, destination)
  if (verdict.action === 'refuse') throw new Refusal(verdict.code, { reason: verdict.reason })
  if (destination?.kind !== 'account') return
  const department = directory.department(destination.departmentId)
  if (department !== undefined)
    await parts.quotaAnswers.requireDepartmentRoom(department, octetsDeclared)
  await parts.quotaAnswers.requireRoom(destination.accountId, octetsDeclared)
}
