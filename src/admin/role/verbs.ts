/** Roles: who holds which, until when; give one, end one. The rules stand in `access`. */
import { z } from 'zod'
import { isRole } from '../../access/offices.ts'
import { allRoles } from '../../access/roles.ts'
import type { Role } from '../../access/rules.ts'
import { grantRole } from '../../access/write/grant-role.ts'
import { revokeRole } from '../../access/write/revoke-role.ts'
import { Refusal } from '../../base/refusal.ts'
import type { RoleGrant } from '../../directory/types.ts'
import { done, exampleId, id, millis, millisOrNull, moment, ref, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, type Verb, write } from '../verb.ts'

const grant = z.strictObject({
  id,
  person: z.string(),
  role: z.string(),
  /** Null: for all of them. */
  department: z.string().nullable(),
  from: millis,
  to: millisOrNull,
})
const example = {
  id: exampleId,
  person: 'chan.tai.man@td.example',
  role: 'department-administrator',
  department: 'TD',
  from: 1_767_225_600_000,
  to: 1_798_761_600_000,
}
const whose = ref('The person')
const which = text('The role')
const department = text('The department').optional()

const list = listing({
  id: 'roles.list',
  path: '/roles',
  act: 'role.read',
  summary: 'Who holds which role, and until when.',
  input: z.object({}),
  item: grant,
  example,
  run: async (ports) => ports.directory.roleGrants().map((one) => viewOf(ports, one)),
})

const listOfPerson = listing({
  id: 'roles.of-person',
  path: '/people/{person}/roles',
  act: 'role.read',
  summary: 'The roles of a person.',
  input: z.object({ person: whose }),
  item: grant,
  example,
  run: async (ports, { person }) => {
    const { id: personId } = getPerson(ports.directory, person)
    const grants = ports.directory.roleGrants().filter((one) => one.personId === personId)
    return grants.map((one) => viewOf(ports, one))
  },
})

const give = changing({
  id: 'roles.grant',
  method: 'PUT',
  path: '/people/{person}/roles/{role}',
  act: ['role.grant', 'role.grant-security', 'role.grant-auditor'],
  summary: 'Gives a person a role, for a department or for all, until a date.',
  input: z.object({ person: whose, role: which, department, to: moment.optional() }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const wanted = { ...grantOf(ports, input), to: input.to }
    await write(ports, (tx) => grantRole(tx, ports.writing, wanted))
    return {}
  },
})

const end = changing({
  id: 'roles.revoke',
  method: 'DELETE',
  path: '/people/{person}/roles/{role}',
  act: ['role.revoke', 'role.revoke-auditor'],
  summary: 'Ends a role of a person at once.',
  input: z.object({ person: whose, role: which, department }),
  output: done,
  example: {},
  run: async (ports, input) => {
    const wanted = grantOf(ports, input)
    await write(ports, (tx) => revokeRole(tx, ports.writing, wanted))
    return {}
  },
})

interface Wanted {
  readonly person: string
  readonly role: string
  readonly department?: string | undefined
}

function grantOf({ directory }: AdminPorts, { person, role, department }: Wanted) {
  const departmentId =
    department === undefined ? undefined : getDepartment(directory, department).id
  return { personId: getPerson(directory, person).id, role: roleOf(role), departmentId }
}

function roleOf(name: string): Role {
  if (isRole(name)) return name
  const message = `There is no role ${name}. Known are ${allRoles.join(', ')}.`
  throw new Refusal('not-found', { field: 'role', message })
}

function viewOf(ports: AdminPorts, one: RoleGrant): z.input<typeof grant> {
  const { id, personId, role, departmentId, from, to } = one
  return {
    id,
    person: ports.nameOf.person(personId),
    role,
    department: departmentId === undefined ? null : codeOf(ports, departmentId),
    from,
    to: to ?? null,
  }
}

export const roleVerbs: readonly Verb[] = [list, listOfPerson, give, end]
