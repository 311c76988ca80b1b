/** RCPT: may this forward-path be a recipient? RFC 5321 §4.1.1.3, RFC 3461 §4. */
import { Refusal } from '../base/refusal.ts'
import { hasControl } from './address.ts'
import { decideFor, findDestinations, reportKindOf } from './plan.ts'
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
  const { directory, postmaster, postmasters, reports } = parts
  const { reversePath } = envelope
  const asked = { facts: undefined, authors: [], now: parts.clock.now() }
  const places = { directory, postmaster, postmasters, reports }
  const input: PlanInput = { ...places, reversePath, isUser, ...asked }
  if (reportKindOf(input, recipient.forwardPath) !== undefined) return
  const destinations = findDestinations(input, recipient.forwardPath)
  const verdicts = destinations.map((destination) => decideFor(input, recipient, destination))
  const [first] = verdicts
  if (first?.action === 'refuse' && verdicts.every(({ action }) => action === 'refuse'))
    throw new Refusal(first.code, { reason: first.reason })
  const [destination, ...others] = destinations
  // Several stand in for one another: whose mailbox is full gets it later.
  if (destination?.kind !== 'account' || others.length > 0) return
  const department = directory.department(destination.departmentId)
  if (department !== undefined)
    await parts.quotaAnswers.requireDepartmentRoom(department, octetsDeclared)
  await parts.quotaAnswers.requireRoom(destination.accountId, octetsDeclared)
}
