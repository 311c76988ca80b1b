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
  if (actor.kind !== 'person') {
    const decision = decide(actor, act, {})
    if (decision.kind === 'refused') return undefined
    const { basis } = decision
    return { ...nobody, isAll: true, ...(basis.kind === 'role' ? { role: basis.role } : {}) }
  }
  if (actor.session !== 'office') return undefined
  const held = actor.offices.filter(({ role }) => roleHas(role, act))
  const everywhere = held.find(({ role }) => roles[role].scope === 'all')
  if (everywhere !== undefined) return { ...nobody, isAll: true, role: everywhere.role }
  for (const { departmentId } of held) if (departmentId !== undefined) departments.add(departmentId)
  const [first] = held
  return departments.size === 0 || first === undefined ? undefined : { ...nobody, role: first.role }
}
