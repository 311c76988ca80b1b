/**
 * What other systems reported of mail in our names and of TLS with our servers, summed up. Counts, domains and
 * servers' addresses; who looks is in the audit log before he sees it.
 */
import { domainToASCII } from 'node:url'
import { z } from 'zod'
import type { Act } from '../../access/types.ts'
import { dayMs } from '../../base/clock.ts'
import { dmarcGroups, tlsGroups } from '../../report/received/summarise.ts'
import { moment } from '../fields.ts'
import { notFound } from '../find.ts'
import { listedMax } from '../limits.ts'
import type { AdminPorts } from '../ports.ts'
import { reading, type Verb } from '../verb.ts'

const sinceInitiallyMs = 30 * dayMs

const fields = {
  domain: z.string().min(1).max(255).optional(),
  since: moment.optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(listedMax, `At most ${listedMax} can be shown at once.`)
    .default(100),
}

const count = z.int()
const optionalText = z.string().nullable()

const dmarcItem = z.strictObject({
  domain: z.string(),
  /** By source: a server's address, or `others` for those not kept one by one. */
  source: optionalText,
  /** Domains that vouch for what the source sends. */
  proven: z.array(z.string()),
  reporter: optionalText,
  reports: count,
  messages: count,
  dkim: count,
  spf: count,
  passed: count,
  quarantined: count,
  rejected: count,
  more: count,
})

const tlsItem = z.strictObject({
  domain: z.string(),
  policy: optionalText,
  result: optionalText,
  host: optionalText,
  reporter: optionalText,
  reports: count,
  successful: count,
  failed: count,
  more: count,
})

const dmarc = reading({
  id: 'reports.dmarc',
  path: '/reports/dmarc',
  act: 'report.read',
  summary:
    'What other systems reported of mail in the name of our domains (DMARC), by domain, source or reporter; of 30 days where nothing else is said.',
  input: z.object({ ...fields, by: z.enum(dmarcGroups).default('domain') }),
  output: z.strictObject({ items: z.array(dmarcItem), isCut: z.boolean() }),
  example: {
    items: [
      {
        domain: 'td.example',
        source: '192.0.2.7',
        proven: ['news.example'],
        reporter: null,
        reports: 2,
        messages: 120,
        dkim: 0,
        spf: 0,
        passed: 0,
        quarantined: 0,
        rejected: 120,
        more: 0,
      },
    ],
    isCut: false,
  },
  run: async (ports, input) => {
    const { items, isCut } = await ports.reports.dmarc({
      ...(await asked(ports, input)),
      by: input.by,
    })
    return { items: items.map((one) => ({ ...one, proven: [...one.proven] })), isCut }
  },
})

const tls = reading({
  id: 'reports.tls',
  path: '/reports/tls',
  act: 'report.read',
  summary:
    'What other systems reported of TLS with our servers (TLS-RPT), by domain, failure or reporter; of 30 days where nothing else is said.',
  input: z.object({ ...fields, by: z.enum(tlsGroups).default('domain') }),
  output: z.strictObject({ items: z.array(tlsItem), isCut: z.boolean() }),
  example: {
    items: [
      {
        domain: 'td.example',
        policy: 'sts',
        result: 'certificate-expired',
        host: 'mx.td.example',
        reporter: null,
        reports: 1,
        successful: 0,
        failed: 3,
        more: 0,
      },
    ],
    isCut: false,
  },
  run: async (ports, input) => {
    const { items, isCut } = await ports.reports.tls({
      ...(await asked(ports, input)),
      by: input.by,
    })
    return { items: [...items], isCut }
  },
})

const act: Act = 'report.read'

interface Wanted {
  readonly domain?: string | undefined
  readonly since?: number | undefined
  readonly limit: number
}

/** Written down first. @throws Refusal('not-found') for a domain that is not ours */
async function asked(ports: AdminPorts, { domain: given, since, limit }: Wanted) {
  const domain = given === undefined ? undefined : domainToASCII(given)
  const department = ports.directory
    .departments()
    .find(({ domains }) => domain !== undefined && domains.includes(domain))
  if (domain !== undefined && department === undefined)
    throw notFound('domain', 'There is no such domain.')
  await ports.database.transaction((tx) =>
    ports.audit.record(tx, {
      kind: 'privilege',
      act,
      ...(department === undefined ? {} : { departmentId: department.id }),
      ...ports.actor,
    }),
  )
  const from = since ?? ports.clock.now() - sinceInitiallyMs
  return { domain, since: Math.floor(from / dayMs), limit }
}

export const reportVerbs: readonly Verb[] = [dmarc, tls]
