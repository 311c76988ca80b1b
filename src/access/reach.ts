/** How far an act of somebody reaches: for lists that show no more than he may see. */
import type { Act } from './acts.ts'
import { ruleOf } from './acts.ts'
import type { Actor } from './decide.ts'
import { decide } from './decide.ts'
import { roleHas, roles } from './roles.ts'
import type { Reach } from './types.ts'

export function findReach(actor: Actor, act: Act): Reach | undefined {
  const { need } = ruleOf(act)
  const departments = new Set<string>()
  const nobody = { isAll: false, departments, personId: undefined }
  if (need.kind === 'right' || need.kind === 'platform') return undefined
  if (need.kind !== 'role')
    return actor.kind === 'person' ? { ...nobody, personId: actor.id } : undefined
  if (actor.kind !== 'person')
    return decide(actor, act, {}).kind === 'refused' ? undefined : { ...nobody, isAll: true }
  if (actor.session !== 'office') return undefined
  const held = actor.offices.filter(({ role }) => roleHas(role, act))
  if (held.some(({ role }) => roles[role].scope === 'all')) return { ...nobody, isAll: true }
  for (const { departmentId } of held) if (departmentId !== undefined) departments.add(departmentId)
  return departments.size === 0 ? undefined : nobody
}
