/** Departments: make, rename, list. */
import { z } from 'zod'
import { createDepartment } from '../../directory/write/create-department.ts'
import { rename } from '../../directory/write/rename.ts'
import type { Department } from '../../directory/types.ts'
import { changedNames, exampleId, id, madeId, namesFields, namesOf, ref, text } from '../fields.ts'
import { getDepartment } from '../find.ts'
import type { AdminPorts } from '../ports.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

const department = z.strictObject({
  id,
  code: z.string(),
  name: z.string(),
  nameZh: z.string(),
  domains: z.array(z.string()),
  people: z.int(),
})
const example = {
  id: exampleId,
  code: 'TD',
  name: 'Transport Department',
  nameZh: '運輸署',
  domains: ['td.example'],
  people: 1_512,
}
const which = ref('The department')

const list = listing({
  id: 'departments.list',
  path: '/departments',
  act: 'directory.read',
  summary: 'Bureaux and departments.',
  input: z.object({}),
  item: department,
  example,
  run: async (ports) => {
    const people = Map.groupBy(ports.directory.people(), (person) => person.departmentId)
    return ports.directory.departments().map((one) => viewOf(one, people.get(one.id)?.length ?? 0))
  },
})

const get = reading({
  id: 'departments.get',
  path: '/departments/{department}',
  act: 'directory.read',
  summary: 'One department, by id or code.',
  input: z.object({ department: which }),
  output: department,
  example,
  run: async (ports, input) => find(ports, input.department),
})

const create = changing({
  id: 'departments.create',
  path: '/departments',
  act: 'department.create',
  summary: 'Makes a department.',
  status: 201,
  input: z.object({
    code: text('The code of the department'),
    ...namesFields,
    domains: z.array(z.string()).default([]),
    limitOctets: z.int().min(0).optional(),
  }),
  output: madeId,
  example: { id: exampleId },
  run: async (ports, input) => {
    const { code, domains, limitOctets } = input
    const names = namesOf(input)
    return {
      id: await write(ports, (tx) =>
        createDepartment(tx, ports.writing, { code, names, domains, limitOctets }),
      ),
    }
  },
})

const change = changing({
  id: 'departments.change',
  method: 'PATCH',
  path: '/departments/{department}',
  act: 'department.rename',
  summary: 'Gives a department other names.',
  input: z.object({ department: which, ...changedNames }),
  output: department,
  example,
  current: (ports, input) => find(ports, input.department),
  run: async (ports, input) => {
    const { id, names: before } = getDepartment(ports.directory, input.department)
    const names = { en: input.name ?? before.en, zh: input.nameZh ?? before.zh }
    await write(ports, (tx) => rename(tx, ports.writing, { noun: 'department', id, names }))
    return find(ports, id)
  },
})

function find({ directory }: AdminPorts, code: string): z.input<typeof department> {
  const found = getDepartment(directory, code)
  const people = directory.people().filter((person) => person.departmentId === found.id)
  return viewOf(found, people.length)
}

function viewOf({ id, code, names, domains }: Department, people: number) {
  return { id, code, name: names.en, nameZh: names.zh, domains: [...domains], people }
}

export const departmentVerbs: readonly Verb[] = [list, get, create, change]
