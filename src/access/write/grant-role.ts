/**
 * Gives a person a role, until a date. Roles that may never meet are refused here and, should a row
 * say otherwise, disbelieved at the gate. Nobody gives a role to himself: the catalogue says so.
 */
import type { Millis } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import {
  changeRow,
  findByLookup,
  findByParent,
  getRow,
  insertRow,
  lookups,
} from '../../directory/write/shelf.ts'
import type { DirectoryAct, Writing } from '../../directory/write/writing.ts'
import { isRole } from '../offices.ts'
import { findConflict, roles } from '../roles.ts'
import type { Role } from '../rules.ts'

export interface NewRole {
  readonly personId: string
  readonly role: Role
  /** Whose department it is for, where the role is for one. */
  readonly departmentId?: string | undefined
  /** Undefined: as long as the role may last. */
  readonly to?: Millis | undefined
}

export async function grantRole(tx: Tx, writing: Writing, input: NewRole): Promise<void> {
  const { personId, role, departmentId } = input
  const from = writing.clock.now()
  const to = checkEnd(input, from)
  checkScope(role, departmentId)
  if (departmentId !== undefined) await getRow(tx, writing, 'department', departmentId)
  const person = await getRow(tx, writing, 'person', personId)
  const granted = await writing.requireGrant(tx, {
    act: grantingActOf(role),
    object: { personId, departmentId: departmentId ?? person.departmentId },
    input: { role, departmentId, to: input.to },
  })
  if (person.state !== 'active') throw invalid('person', 'This person is suspended or has left.')
  await requireNoConflict(tx, writing, personId, role)
  const lookup = lookups.roleGrant(writing, personId, role, departmentId)
  const row = await findByLookup(tx, writing, 'role_grant', lookup)
  const grantedBy = writing.actor.principalId
  const { approvalId } = granted
  const draft = {
    id: row?.id ?? newId(writing.clock),
    departmentId: person.departmentId,
    parentId: personId,
    accountId: undefined,
    state: 'active' as const,
    lookup,
    content: { role, departmentId, from, to, grantedBy, approvalId },
  }
  if (row === undefined) await insertRow(tx, writing, 'role_grant', draft)
  else await changeRow(tx, writing, 'role_grant', draft)
  await writing.audit.record(tx, {
    kind: 'role',
    event: 'grant',
    toPrincipalId: personId,
    granted: role,
    ...(departmentId !== undefined && { departmentId }),
    endsAt: to,
    ...writing.actor,
    ...granted,
  })
}

/** Three acts, because three kinds of people must agree. */
export function grantingActOf(role: Role): Extract<DirectoryAct, `role.grant${string}`> {
  const { comesBy } = roles[role]
  if (comesBy === 'role.grant-auditor') return comesBy
  if (comesBy !== 'role.grant') throw invalid('role', `Nobody can be given the role ${role}.`)
  const approves = role === 'central-administrator' || role === 'security-officer'
  return approves ? 'role.grant-security' : comesBy
}

function checkEnd({ role, to }: NewRole, now: Millis): Millis {
  const last = now + roles[role].livesMs
  if (to === undefined) return last
  if (to <= now) throw invalid('to', 'The role would have ended already.')
  if (to > last) {
    const days = Math.floor(roles[role].livesMs / 86_400_000)
    throw invalid('to', `The role ${role} lasts ${days} days at most; it can be given anew.`)
  }
  return to
}

function checkScope(role: Role, departmentId: string | undefined): void {
  const isForOne = roles[role].scope === 'own-department'
  if (isForOne && departmentId === undefined)
    throw invalid('department', `The role ${role} is for one department: name it.`)
  if (!isForOne && departmentId !== undefined)
    throw invalid('department', `The role ${role} is for all departments: name none.`)
}

async function requireNoConflict(
  tx: Tx,
  writing: Writing,
  personId: string,
  role: Role,
): Promise<void> {
  const now = writing.clock.now()
  const rows = await findByParent(tx, writing, 'role_grant', personId)
  const held = rows
    .filter(({ content }) => (content.to ?? Infinity) > now)
    .map(({ content }) => content.role)
    .filter(isRole)
  const conflict = findConflict([...held, role])
  if (conflict === undefined) return
  const message = `The roles ${conflict.join(' and ')} are never one person’s.`
  throw new Refusal('not-permitted', { field: 'role', message })
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('invalid', { field, message })
}
