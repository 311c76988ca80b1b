/** Whom a request concerns: pure questions, asked to show people what waits for them. */
import { roleHas } from '../access/roles.ts'
import { isRefusal } from '../base/refusal.ts'
import { decideVoice } from './decide-voice.ts'
import type { Parts } from './parts.ts'
import { approvalRuleOf } from './rule.ts'
import type { ApprovalRequest } from './types.ts'

export function mayVoice(
  { people, clock }: Parts,
  personId: string,
  request: ApprovalRequest,
): boolean {
  if (request.state !== 'waiting') return false
  try {
    decideVoice({
      rule: approvalRuleOf(request.act),
      request,
      concerns: request.accountId,
      speaker: people.speaker(personId),
      requesterMakings: people.makings(request.requesterId),
      now: clock.now(),
    })
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

export function mayReview({ people }: Parts, personId: string, request: ApprovalRequest): boolean {
  const { requesterId, voices, review } = request
  if (review === undefined || requesterId === personId) return false
  if (voices.some(({ by }) => by === personId)) return false
  return isReviewer(people, personId)
}

export function mayHear(parts: Parts, personId: string, request: ApprovalRequest): boolean {
  if (request.requesterId === personId || request.voices.some(({ by }) => by === personId))
    return true
  if (request.ending?.by === personId || isReviewer(parts.people, personId)) return true
  return mayVoice(parts, personId, request)
}

function isReviewer(people: Parts['people'], personId: string): boolean {
  try {
    return people.speaker(personId).offices.some(({ role }) => roleHas(role, 'approval.review'))
  } catch (error) {
    if (isRefusal(error, 'not-permitted')) return false
    throw error
  }
}
