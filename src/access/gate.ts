/** The one gate: may this principal do this act on this object? Architecture D9. */
import { Refusal } from '../base/refusal.ts'
import { needs, type Need } from './rights.ts'
import type { Sessions } from './sessions.ts'
import type { AccountGrant, Act, ActObject, Principal } from './types.ts'

/** @throws Refusal('not-permitted') */
export function permit(
  sessions: Sessions,
  principal: Principal,
  act: Act,
  object: ActObject,
): AccountGrant | undefined {
  const grant = decide(sessions, principal, act, object)
  if (grant === 'no') throw new Refusal('not-permitted', { act, principal: principal.id })
  return grant
}

function decide(
  sessions: Sessions,
  principal: Principal,
  act: Act,
  object: ActObject,
): AccountGrant | undefined | 'no' {
  const need = needs[act]
  if (sessions.isOperator(principal)) return operatorMay(need)
  const { list, byAccount } = sessions.grants(principal)
  if (need.kind === 'operator') return 'no'
  if (need.kind === 'signed-in') return list.length > 0 ? undefined : 'no'
  const grant = object.accountId === undefined ? undefined : byAccount.get(object.accountId)
  if (grant === undefined) return 'no'
  const may = need.kind === 'own' ? grant.basis === 'own' : grant.rights.includes(need.letter)
  return may ? grant : 'no'
}

/** The operator gives credentials (where the granting state allows it) and never sees mail. */
function operatorMay(need: Need): undefined | 'no' {
  return need.kind === 'right' ? 'no' : undefined
}
