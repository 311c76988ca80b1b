/**
 * Which roles a person holds at a moment. A grant counts while its dates hold, while he is where he
 * was when it was given, for no longer than its role may last, and while nothing that he holds
 * conflicts: who has two roles that may never meet has neither.
 */
import type { Millis } from '../base/clock.ts'
import type { Directory, RoleGrant } from '../directory/types.ts'
import type { Office } from './decide.ts'
import { allRoles, findConflict, isConflict, roles } from './roles.ts'
import type { Role } from './rules.ts'

const known: ReadonlySet<string> = new Set(allRoles)

export function isRole(text: string): text is Role {
  return known.has(text)
}

export function officesOf(directory: Directory, personId: string, now: Millis): readonly Office[] {
  const held = candidatesOf(directory, personId, now)
  const names = held.map(({ role }) => role)
  return held.filter(({ role }) => !names.some((other) => isConflict(role, other)))
}

/** Two roles of one person that may never meet: somebody wrote a row around the writers. */
export function findForbidden(
  directory: Directory,
  now: Millis,
): readonly { readonly grantId: string; readonly roles: readonly [Role, Role] }[] {
  const people = Map.groupBy(directory.roleGrants(), ({ personId }) => personId)
  return [...people].flatMap(([personId, [first]]) => {
    const held = candidatesOf(directory, personId, now).map(({ role }) => role)
    const conflict = findConflict(held)
    return conflict === undefined || first === undefined
      ? []
      : [{ grantId: first.id, roles: conflict }]
  })
}

function candidatesOf(directory: Directory, personId: string, now: Millis): readonly Office[] {
  const grants = directory.roleGrantsOf(personId)
  if (grants.length === 0) return []
  const person = directory.person(personId)
  if (person?.state !== 'active') return []
  return grants.flatMap((grant) => {
    const office = officeOf(grant, now)
    return office !== undefined && grant.homeId === person.departmentId ? [office] : []
  })
}

function officeOf(
  { role, departmentId, seat, from, to }: RoleGrant,
  now: Millis,
): Office | undefined {
  if (!isRole(role) || now < from) return undefined
  const { livesMs, scope, comesBy } = roles[role]
  const isGranted = comesBy === 'role.grant' || comesBy === 'role.grant-auditor'
  if (!isGranted && (comesBy !== 'founding' || seat === undefined)) return undefined
  if (now >= Math.min(to ?? Infinity, from + livesMs)) return undefined
  if ((scope === 'own-department') !== (departmentId !== undefined)) return undefined
  return { role, departmentId }
}
