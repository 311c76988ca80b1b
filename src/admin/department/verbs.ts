/** Departments: make, rename, list. */
import { z } from 'zod'
import { createDepartment } from '../../directory/write/create-department.ts'
import { rename } from '../../directory/write/rename.ts'
import { namesFields, namesOf, nothing, text } from '../fields.ts'
import { getDepartment } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const create = changing({
  path: 'department/create',
  act: 'directory.write',
  input: z.object({
    code: text('The code of the department'),
    ...namesFields,
    domains: z.array(z.string()).default([]),
    limitOctets: z.number().optional(),
  }),
  run: async (ports, input) => {
    const { code, domains, limitOctets } = input
    const names = namesOf(input)
    const id = await write(ports, (tx) =>
      createDepartment(tx, ports.writing, { code, names, domains, limitOctets }),
    )
    return { id }
  },
})

const change = changing({
  path: 'department/rename',
  act: 'directory.write',
  input: z.object({ code: text('The code of the department'), ...namesFields }),
  run: async (ports, input) => {
    const { id } = getDepartment(ports.directory, input.code)
    const names = namesOf(input)
    await write(ports, (tx) => rename(tx, ports.writing, { noun: 'department', id, names }))
    return { id }
  },
})

const list = reading({
  path: 'department/list',
  act: 'directory.read',
  input: nothing,
  run: async ({ directory }) =>
    directory.departments().map((department) => ({
      id: department.id,
      code: department.code,
      name: department.names.en,
      nameZh: department.names.zh,
      domains: department.domains,
      people: directory.people().filter((person) => person.departmentId === department.id).length,
    })),
})

export const departmentVerbs: readonly Verb[] = [create, change, list]
