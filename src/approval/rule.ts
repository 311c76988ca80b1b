/**
 * What an act needs besides who does it: the catalogue's rule, and what this room adds as data: who
 * is too close to say yes, how long a grant may last, and who looks at it afterwards.
 */
import { acts, ruleOf, type Act } from '../access/acts.ts'
import type { ApprovalRule, Role } from '../access/rules.ts'
import { dayMs, hourMs, type Millis } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import type { RequestContent } from './types.ts'

/** Neither may have enrolled the other within these days: a person just made is a puppet until he is known. */
export const strangersForDays = 30

export interface Afterwards {
  /** The field of the input that says when what was given ends; `to`, if not said. */
  readonly endField?: string
  /** Nobody asks for this: what he does instead. */
  readonly insteadWords?: string
  /** What the act gives ends at the latest after this. */
  readonly grantMsMax?: Millis
  /** Somebody who had no part in it looks at what was done within this time. */
  readonly reviewWithinMs?: Millis
  /** Its fruit is for somebody else than who asked: the platform does it, at the last yes. */
  readonly isHandedOver?: boolean
  /** The alarm is raised when it is done, not when somebody reads the trail. */
  readonly isLoud?: boolean
}

/** Acts that end by themselves or are looked at. Data: the checker of the model reads it too. */
export const afterwards: Readonly<Partial<Record<Act, Afterwards>>> = {
  'password.reset-for-another': { isHandedOver: true },
  'app-password.create-for-another': {
    insteadWords: 'Everybody makes his app passwords himself; who cannot sign in gets a reset.',
  },
  'mailbox.examine': { grantMsMax: 14 * dayMs, reviewWithinMs: 30 * dayMs },
  'mail.export': { grantMsMax: dayMs, reviewWithinMs: 30 * dayMs },
  'mail.restore-to-another': { grantMsMax: dayMs, reviewWithinMs: 30 * dayMs },
  'mail.take-over': { grantMsMax: 90 * dayMs, reviewWithinMs: 90 * dayMs },
  'ledger.delay': { grantMsMax: 90 * dayMs, reviewWithinMs: 30 * dayMs },
  'audit.resolve': { reviewWithinMs: 30 * dayMs },
  'break-glass': { grantMsMax: hourMs, reviewWithinMs: 3 * dayMs, isLoud: true },
}

/** @throws Refusal('invalid') for an act that one person may do alone, or that nobody knows. */
export function approvalRuleOf(act: string): ApprovalRule {
  const rule = isAct(act) ? ruleOf(act).approval : undefined
  if (rule === undefined)
    throw new Refusal('invalid', { field: 'act', message: `${act} needs nobody’s approval.` })
  return rule
}

/** Who has something by it: he does not approve it, whatever his role. */
export function beneficiariesOf({
  act,
  object,
  input,
}: Pick<RequestContent, 'act' | 'object' | 'input'>): readonly (string | undefined)[] {
  const named = [input['personId'], input['toPersonId']].filter((id) => typeof id === 'string')
  return act.startsWith('role.') ? [...named, object.personId] : named
}

export function isAct(act: string): act is Act {
  return Object.hasOwn(acts, act)
}

export function afterwardsOf(act: string): Afterwards {
  return isAct(act) ? (afterwards[act] ?? {}) : {}
}

/** "a security officer or a central administrator", with the owner where his yes is enough. */
export function approverWords({ approvers, consent }: ApprovalRule): string {
  const words = approvers.map(roleWords)
  if (consent === 'owner-or-holder') words.unshift('its owner or holder')
  const last = words.pop() ?? 'nobody'
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`
}

function roleWords(role: Role): string {
  const words = role.replaceAll('-', ' ')
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`
}

export function isHandedOver(act: string): boolean {
  return afterwardsOf(act).isHandedOver === true
}
