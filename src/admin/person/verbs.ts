/** People: make, rename, move, suspend, let back, say that they left, list. */
import { z } from 'zod'
import { createPerson } from '../../directory/write/create-person.ts'
import { movePerson } from '../../directory/write/move-person.ts'
import { rename } from '../../directory/write/rename.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import type { Person } from '../../directory/types.ts'
import { address, changedNames, exampleId, id, madeId, namesFields } from '../fields.ts'
import { namesOf, ref, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

const states = ['active', 'suspended', 'left'] as const

/** Which of them it is says what is changed; the writers ask again, in the transaction. */
const changes = [
  'person.rename',
  'person.move',
  'person.suspend',
  'person.resume',
  'person.leave',
  'person.reactivate',
] as const

const person = z.strictObject({
  id,
  address: z.string(),
  name: z.string(),
  nameZh: z.string(),
  department: z.string(),
  state: z.enum(states),
})
const example = {
  id: exampleId,
  address: 'chan.tai.man@td.example',
  name: 'CHAN Tai-man',
  nameZh: '陳大文',
  department: 'TD',
  state: 'active',
} as const
const which = ref('The person')

const list = listing({
  id: 'people.list',
  path: '/people',
  act: 'directory.read',
  summary: 'People who sign in.',
  input: z.object({ department: z.string().optional(), state: z.enum(states).optional() }),
  item: person,
  example,
  run: async (ports, { department, state }) => {
    const { directory } = ports
    const wanted = department === undefined ? undefined : getDepartment(directory, department).id
    return directory
      .people()
      .filter((one) => wanted === undefined || one.departmentId === wanted)
      .filter((one) => state === undefined || one.state === state)
      .map((one) => viewOf(ports, one))
  },
})

const get = reading({
  id: 'people.get',
  path: '/people/{person}',
  act: 'directory.read',
  summary: 'One person, by id or address, or `me`.',
  input: z.object({ person: which }),
  output: person,
  example,
  run: async (ports, input) => find(ports, input.person),
})

const create = changing({
  id: 'people.create',
  path: '/people',
  act: 'person.create',
  summary: 'Makes a person with a mailbox.',
  status: 201,
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    ...namesFields,
  }),
  output: madeId,
  example: { id: exampleId },
  run: async (ports, input) => {
    const departmentId = getDepartment(ports.directory, input.department).id
    const wanted = { departmentId, address: input.address, names: namesOf(input) }
    return { id: await write(ports, (tx) => createPerson(tx, ports.writing, wanted)) }
  },
})

const change = changing({
  id: 'people.change',
  method: 'PATCH',
  path: '/people/{person}',
  act: changes,
  summary: 'Renames, moves or suspends a person; what is left out stays as it is.',
  input: z.object({
    person: which,
    ...changedNames,
    department: text('The new department').optional(),
    state: z.enum(states).optional(),
  }),
  output: person,
  example,
  current: (ports, input) => find(ports, input.person),
  run: async (ports, { person: wanted, name, nameZh, department, state }) => {
    const { directory, writing } = ports
    const { id: personId, names: before } = getPerson(directory, wanted)
    const departmentId = department && getDepartment(directory, department).id
    await write(ports, async (tx) => {
      const names = { en: name ?? before.en, zh: nameZh ?? before.zh }
      if (name !== undefined || nameZh !== undefined)
        await rename(tx, writing, { noun: 'person', id: personId, names })
      if (departmentId !== undefined) await movePerson(tx, writing, { personId, departmentId })
      if (state !== undefined) await setPersonState(tx, writing, { personId, state })
    })
    return find(ports, personId)
  },
})

function find(ports: AdminPorts, wanted: string): z.input<typeof person> {
  return viewOf(ports, getPerson(ports.directory, wanted))
}

function viewOf(ports: AdminPorts, one: Person): z.input<typeof person> {
  const { id, address, names, departmentId, state } = one
  const department = codeOf(ports, departmentId)
  return { id, address, name: names.en, nameZh: names.zh, department, state }
}

export const personVerbs: readonly Verb[] = [list, get, create, change]
