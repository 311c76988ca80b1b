/** One cell of the matrix role × act, as `docs/roles.md` shows it and the tests walk it. */
import { ruleOf, type Act } from './acts.ts'
import { roleHas } from './roles.ts'
import type { Role } from './rules.ts'

/** `own`: in what is his own, or where an owner's rights let him. */
export type Cell = 'yes' | 'approval' | 'own' | 'no'

export function cellOf(role: Role, act: Act): Cell {
  if (!roleHas(role, act)) return 'no'
  const { need, approval } = ruleOf(act)
  if (need.kind !== 'role') return need.kind === 'signed-in' ? 'yes' : 'own'
  return approval === undefined ? 'yes' : 'approval'
}
