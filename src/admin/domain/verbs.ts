/** Domains: which are internal, and whose. */
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { addDomain } from '../../directory/write/add-domain.ts'
import { ref, text } from '../fields.ts'
import { getDepartment, notFound } from '../find.ts'
import { dnsRecords, recordSchema } from './dns-records.ts'
import { changing, listing, reading, type Verb, write } from '../verb.ts'

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

const dns = reading({
  id: 'domains.dns',
  path: '/domains/{domain}/dns',
  act: 'directory.read',
  summary: 'What is to be published in DNS for a domain; its DKIM keys are made when it has none.',
  input: z.object({ domain: text('The domain') }),
  output: z.strictObject({
    records: z.array(recordSchema),
    notes: z.array(z.string()),
  }),
  example: {
    records: [
      { name: 'td.example', type: 'MX', value: '10 mx.td.example.', about: 'who takes its mail' },
    ],
    notes: [],
  },
  run: async (ports, input) => {
    const wanted = domainToASCII(input.domain)
    const isSeen = ports.directory.departments().some(({ domains }) => domains.includes(wanted))
    if (!isSeen) throw notFound('domain', 'There is no such domain.')
    const published = dnsRecords(wanted, ports.mailHosts, await ports.dkim.tend(wanted))
    return { records: [...published.records], notes: [...published.notes] }
  },
})

export const domainVerbs: readonly Verb[] = [list, add, dns]
