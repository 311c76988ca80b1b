/**
 * An aggregate report of DMARC in the XML of RFC 7489 Appendix C or of RFC 9990, as large receivers write it.
 * Envelope addresses, free words and who to ask are not read: they may be people's.
 */
import { isIP } from 'node:net'
import { z } from 'zod'
import { secondMs, type Millis } from '../../base/clock.ts'
import { domainOf, keepMost, nameOf, requireSpan } from './fields.ts'
import { recordsMax } from './limits.ts'
import { readXml } from './read-xml.ts'
import { ReportFault, type DmarcLine, type ReadReport } from './types.ts'

/** @throws ReportFault */
export function parseDmarc(octets: Buffer, now: Millis): readonly ReadReport[] {
  const read = feedbackSchema.safeParse(readXml(octets, 'feedback'))
  if (!read.success) throw new ReportFault('not-aggregate', { cause: read.error })
  const { report_metadata: metadata, policy_published: published, record: records } = read.data
  const domain = domainOf(published.domain)
  if (domain === undefined) throw new ReportFault('no-domain')
  const from = metadata.date_range.begin * secondMs
  const to = metadata.date_range.end * secondMs
  requireSpan(from, to, now)
  const lines = records.map((record) => lineOf(domain, record))
  const good = lines.filter((line) => line !== undefined)
  if (good.length === 0) throw new ReportFault('no-record')
  const kept = keepMost(good)
  return [
    {
      reportId: nameOf(metadata.report_id),
      organization: nameOf(metadata.org_name),
      domain,
      from,
      to,
      more: kept.more,
      unread: lines.length - good.length,
      told: { kind: 'dmarc', lines: kept.lines },
    },
  ]
}

/** One, several or none: XML does not say which. */
function many<S extends z.ZodType>(schema: S, max: number) {
  return z.preprocess(
    (value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]),
    z.array(schema).max(max),
  )
}

const text = z.string().max(2_048)
const seconds = z
  .string()
  .regex(/^\d{1,11}$/)
  .transform(Number)

const feedbackSchema = z.object({
  report_metadata: z.object({
    org_name: text,
    report_id: text,
    date_range: z.object({ begin: seconds, end: seconds }),
  }),
  policy_published: z.object({ domain: text }),
  record: many(z.unknown(), recordsMax),
})

const word = text.transform((value) => value.toLowerCase())
const signed = z.object({ domain: text, result: word })

const recordSchema = z.object({
  row: z.object({
    source_ip: text.refine((address) => isIP(address) !== 0),
    count: z
      .string()
      .regex(/^\d{1,12}$/)
      .transform(Number),
    policy_evaluated: z.object({
      // RFC 9990 has `pass` for what passed; to a mailbox it goes like `none`.
      disposition: word.pipe(z.enum(['none', 'quarantine', 'reject', 'pass'])),
      dkim: word.pipe(z.enum(['pass', 'fail'])),
      spf: word.pipe(z.enum(['pass', 'fail'])),
      reason: many(z.object({ type: word }), 20),
    }),
  }),
  identifiers: z.object({ header_from: text }),
  auth_results: z
    .object({ dkim: many(signed, 100), spf: many(signed, 20) })
    .optional()
    .catch(undefined),
})

/** Undefined: it cannot be read, or is of mail in another's name. */
function lineOf(domain: string, record: unknown): DmarcLine | undefined {
  const read = recordSchema.safeParse(record)
  if (!read.success) return undefined
  const { row, identifiers, auth_results: results } = read.data
  const headerFrom = domainOf(identifiers.header_from)
  if (headerFrom !== domain && headerFrom?.endsWith(`.${domain}`) !== true) return undefined
  const { disposition, dkim, spf, reason } = row.policy_evaluated
  return {
    address: row.source_ip.toLowerCase(),
    headerFrom,
    disposition: disposition === 'pass' ? 'none' : disposition,
    dkim,
    spf,
    override:
      reason.map(({ type }) => overrides.find((known) => known === type) ?? 'other')[0] ?? '',
    proven: provenIn([...(results?.dkim ?? []), ...(results?.spf ?? [])]),
    count: row.count,
  }
}

/** RFC 7489 Appendix C, RFC 9990. */
const overrides = [
  'forwarded',
  'sampled_out',
  'trusted_forwarder',
  'mailing_list',
  'local_policy',
  'policy_test_mode',
  'other',
] as const

const provenMax = 4

function provenIn(results: readonly z.output<typeof signed>[]): string[] {
  const good = results.flatMap(({ domain, result }) =>
    result === 'pass' ? (domainOf(domain) ?? []) : [],
  )
  return [...new Set(good)].toSorted().slice(0, provenMax)
}
