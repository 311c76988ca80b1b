/** People: make, rename, move, suspend, let back, say that they left, list. */
import { z } from 'zod'
import { createPerson } from '../../directory/write/create-person.ts'
import { movePerson } from '../../directory/write/move-person.ts'
import { rename } from '../../directory/write/rename.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import { address, namesFields, namesOf, text } from '../fields.ts'
import { codeOf, getDepartment, getPerson } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const create = changing({
  path: 'person/create',
  act: 'directory.write',
  input: z.object({
    address: address(),
    department: text('The department (--department)'),
    ...namesFields,
  }),
  run: async (ports, input) => {
    const departmentId = getDepartment(ports.directory, input.department).id
    const person = { departmentId, address: input.address, names: namesOf(input) }
    return { id: await write(ports, (tx) => createPerson(tx, ports.writing, person)) }
  },
})

const change = changing({
  path: 'person/rename',
  act: 'directory.write',
  input: z.object({ address: address(), ...namesFields }),
  run: async (ports, input) => {
    const { id } = getPerson(ports.directory, input.address)
    const names = namesOf(input)
    await write(ports, (tx) => rename(tx, ports.writing, { noun: 'person', id, names }))
    return { id }
  },
})

const move = changing({
  path: 'person/move',
  act: 'directory.write',
  input: z.object({ address: address(), department: text('The new department') }),
  run: async (ports, input) => {
    const personId = getPerson(ports.directory, input.address).id
    const departmentId = getDepartment(ports.directory, input.department).id
    await write(ports, (tx) => movePerson(tx, ports.writing, { personId, departmentId }))
    return { id: personId }
  },
})

const setState = changing({
  path: 'person/set-state',
  act: 'directory.write',
  input: z.object({ address: address(), state: z.enum(['active', 'suspended', 'left']) }),
  run: async (ports, input) => {
    const personId = getPerson(ports.directory, input.address).id
    const { state } = input
    await write(ports, (tx) => setPersonState(tx, ports.writing, { personId, state }))
    return { id: personId }
  },
})

const list = reading({
  path: 'person/list',
  act: 'directory.read',
  input: z.object({ department: z.string().optional() }),
  run: async ({ directory }, { department }) => {
    const wanted = department === undefined ? undefined : getDepartment(directory, department).id
    return directory
      .people()
      .filter(({ departmentId }) => wanted === undefined || departmentId === wanted)
      .map((person) => ({
        id: person.id,
        address: person.address,
        name: person.names.en,
        nameZh: person.names.zh,
        department: codeOf(directory, person.departmentId),
        state: person.state,
      }))
  },
})

export const personVerbs: readonly Verb[] = [create, change, move, setState, list]
