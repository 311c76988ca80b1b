/**
 * May this person say yes to this request? Pure: facts in, verdict out. Nobody speaks to his own
 * request, nobody speaks twice, and no puppet speaks: neither of the two may have made the other,
 * nor given him his credential, within the days the rule names. Architecture D10.
 */
import { isWithin, type Office } from '../access/decide.ts'
import type { ApprovalRule } from '../access/rules.ts'
import { dayMs, type Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { isElsewhere } from './complete.ts'
import { approverWords, beneficiariesOf, strangersForDays } from './rule.ts'
import { stateAt } from './state.ts'
import type { ApprovalRequest, Voice } from './types.ts'

/** Who made a person or gave him his credential, and when. */
export interface Making {
  readonly by: PrincipalId
  readonly at: Millis
}

export interface Speaker {
  readonly id: PrincipalId
  readonly departmentId: DepartmentId
  readonly offices: readonly Office[]
  /** Accounts whose present owner or holder he is. */
  readonly ownAccounts: ReadonlyMap<AccountId, 'owner' | 'holder'>
  readonly makings: readonly Making[]
}

export interface VoiceCase {
  readonly rule: ApprovalRule
  readonly request: ApprovalRequest
  /** The account whose owner or holder may consent. */
  readonly concerns: AccountId | undefined
  readonly speaker: Speaker
  readonly requesterMakings: readonly Making[]
  readonly now: Millis
}

/** @throws Refusal('not-permitted' | 'already-exists' | 'invalid') with a sentence. */
export function decideVoice(facts: VoiceCase): Voice {
  const { request, speaker, now } = facts
  const state = stateAt(request, now)
  if (state !== 'waiting')
    throw new Refusal('invalid', { message: `This request is ${state}: nothing waits for a yes.` })
  if (speaker.id === request.requesterId) throw no('Nobody approves his own request.')
  if (request.voices.some(({ by }) => by === speaker.id))
    throw new Refusal('already-exists', { message: 'You have said yes to this request already.' })
  requireNoPuppet(facts)
  const { departmentId } = speaker
  const own = findConsent(facts)
  if (own !== undefined) return { by: speaker.id, at: now, as: 'consent', role: own, departmentId }
  return { by: speaker.id, at: now, as: 'approval', role: getRole(facts), departmentId }
}

function findConsent({ rule, concerns, speaker }: VoiceCase): 'owner' | 'holder' | undefined {
  if (rule.consent === 'none' || concerns === undefined) return undefined
  return speaker.ownAccounts.get(concerns)
}

function getRole({ rule, request, speaker }: VoiceCase): string {
  if (beneficiariesOf(request).includes(speaker.id))
    throw no('Nobody approves what is for himself.')
  const first = speaker.offices.find(
    ({ role, departmentId }) =>
      rule.approvers.includes(role) && isWithin(role, departmentId, request.object),
  )
  if (first === undefined) throw no(`Only ${approverWords(rule)} may approve this.`)
  // The last one needed, and still nobody from elsewhere.
  const voices = [...request.voices, speaker]
  if (rule.otherOffice && voices.length >= rule.count && !voices.some(isElsewhere(request)))
    throw no('Somebody from another office than the requester’s must approve this.')
  return first.role
}

function requireNoPuppet(facts: VoiceCase): void {
  const { request, speaker, requesterMakings, now } = facts
  const since = now - strangersForDays * dayMs
  const isRecent = (by: PrincipalId) => (making: Making) => making.by === by && making.at >= since
  const madeByRequester = speaker.makings.some(isRecent(request.requesterId))
  if (!madeByRequester && !requesterMakings.some(isRecent(speaker.id))) return
  throw no(
    'One of you two enrolled the other, or gave him his credential, less than ' +
      `${strangersForDays} days ago: somebody else must approve this.`,
  )
}

function no(message: string): Refusal {
  return new Refusal('not-permitted', { message })
}
