/** Domains: which are internal, and whose. */
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { addDomain } from '../../directory/write/add-domain.ts'
import { ref, text } from '../fields.ts'
import { getDepartment, notFound } from '../find.ts'
import { formatStsRecord } from '../../mailauth/mta-sts.ts'
import type { AdminPorts } from '../ports.ts'
import { checkDomain, checkSchema } from './check-domain.ts'
import { lookUpDomain } from './look-up-domain.ts'
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
    const domain = seenDomain(ports, input.domain)
    const { mailHosts: hosts, dkim } = ports
    const [keys, ours] = await Promise.all([dkim.tend(domain), hosts.ownKeys()])
    const stsPolicy = hosts.stsPolicyOf(domain)
    const { records, notes } = dnsRecords({
      domain,
      hosts,
      reportsTo: hosts.reportsTo(),
      keys,
      ours,
      stsPolicy,
    })
    return { records: [...records], notes: [...notes] }
  },
})

const check = reading({
  id: 'domains.check',
  path: '/domains/{domain}/check',
  act: 'directory.read',
  summary: 'Whether a domain stands in the DNS as it should, by the tests of Internet.nl.',
  input: z.object({ domain: text('The domain') }),
  output: z.strictObject({ checks: z.array(checkSchema) }),
  example: {
    checks: [
      {
        category: 'DMARC, DKIM and SPF',
        test: 'SPF existence',
        result: 'bad',
        detail: 'There is no SPF record.',
      },
    ],
  },
  run: async (ports, input) => {
    const domain = seenDomain(ports, input.domain)
    const { mailHosts: hosts, dkim } = ports
    const [keys, ours] = await Promise.all([dkim.tend(domain), hosts.ownKeys()])
    const policy = hosts.stsPolicyOf(domain)
    const wantedSts = policy === undefined ? undefined : formatStsRecord(policy)
    const { resolver } = hosts
    const facts = await lookUpDomain({ resolver, domain, hosts, keys, ours, wantedSts })
    return { checks: [...checkDomain(facts)] }
  },
})

/** @throws Refusal('not-found') for what is not a domain of ours, or of another's care. */
function seenDomain({ directory }: AdminPorts, given: string): string {
  const wanted = domainToASCII(given)
  const isSeen = directory.departments().some(({ domains }) => domains.includes(wanted))
  if (!isSeen) throw notFound('domain', 'There is no such domain.')
  return wanted
}

export const domainVerbs: readonly Verb[] = [list, add, dns, check]
