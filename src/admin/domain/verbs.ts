/** Domains: which are internal, and whose. */
import { z } from 'zod'
import { addDomain } from '../../directory/write/add-domain.ts'
import { nothing, text } from '../fields.ts'
import { getDepartment } from '../find.ts'
import { changing, reading, type Verb, write } from '../verb.ts'

const add = changing({
  path: 'domain/add',
  act: 'directory.write',
  input: z.object({ department: text('The department'), domain: text('The domain') }),
  run: async (ports, { department, domain }) => {
    const departmentId = getDepartment(ports.directory, department).id
    return {
      domain: await write(ports, (tx) => addDomain(tx, ports.writing, { departmentId, domain })),
    }
  },
})

const list = reading({
  path: 'domain/list',
  act: 'directory.read',
  input: nothing,
  run: async ({ directory }) =>
    directory
      .departments()
      .flatMap(({ code, domains }) => domains.map((domain) => ({ domain, department: code }))),
})

export const domainVerbs: readonly Verb[] = [add, list]
