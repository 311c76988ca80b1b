/** Domains: which are internal, and whose. */
import { z } from 'zod'
import { addDomain } from '../../directory/write/add-domain.ts'
import { ref, text } from '../fields.ts'
import { getDepartment } from '../find.ts'
import { changing, listing, type Verb, write } from '../verb.ts'

const example = { id: 'td.example', domain: 'td.example', department: 'TD' }

const list = listing({
  id: 'domains.list',
  path: '/domains',
  act: 'directory.read',
  summary: 'Domains whose mail is internal.',
  input: z.object({}),
  item: z.strictObject({ id: z.string(), domain: z.string(), department: z.string() }),
  example,
  run: async ({ directory }) =>
    directory
      .departments()
      .flatMap(({ code, domains }) =>
        domains.map((domain) => ({ id: domain, domain, department: code })),
      ),
})

const add = changing({
  id: 'domains.add',
  path: '/departments/{department}/domains',
  act: 'domain.add',
  summary: 'Gives a domain to a department.',
  status: 201,
  input: z.object({ department: ref('The department'), domain: text('The domain') }),
  output: z.strictObject({ domain: z.string() }),
  example: { domain: 'roads.example' },
  run: async (ports, { department, domain }) => {
    const departmentId = getDepartment(ports.directory, department).id
    return {
      domain: await write(ports, (tx) => addDomain(tx, ports.writing, { departmentId, domain })),
    }
  },
})

export const domainVerbs: readonly Verb[] = [list, add]
