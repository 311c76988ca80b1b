/** A report of TLS sessions with our servers, in JSON. Free words and who to ask are not read. RFC 8460 §4.4. */
import { z } from 'zod'
import type { Millis } from '../../base/clock.ts'
import { domainOf, keepMost, nameOf, requireSpan } from './fields.ts'
import { recordsMax } from './limits.ts'
import { ReportFault, type ReadReport, type TlsLine } from './types.ts'

/** A part for each domain that it tells of. @throws ReportFault */
export function parseTls(octets: Buffer, now: Millis): readonly ReadReport[] {
  const read = reportSchema.safeParse(jsonOf(octets))
  if (!read.success) throw new ReportFault('not-tls', { cause: read.error })
  const { 'date-range': range, policies, ...said } = read.data
  const from = Date.parse(range['start-datetime'])
  const to = Date.parse(range['end-datetime'])
  requireSpan(from, to, now)
  const failures = policies.reduce((sum, one) => sum + one['failure-details'].length, 0)
  if (failures > recordsMax) throw new ReportFault('too-much')
  const byDomain = Map.groupBy(policies, ({ policy }) => domainOf(policy['policy-domain']))
  const parts = [...byDomain].flatMap(([domain, told]) => {
    if (domain === undefined) return []
    const { lines, more } = keepMost(told.flatMap(linesOf))
    const part: ReadReport = {
      reportId: nameOf(said['report-id']),
      organization: nameOf(said['organization-name'] ?? ''),
      domain,
      from,
      to,
      more,
      unread: 0,
      told: { kind: 'tls', lines },
    }
    return [part]
  })
  if (parts.length === 0) throw new ReportFault('no-domain')
  return parts
}

function jsonOf(octets: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets))
  } catch (error) {
    throw new ReportFault('not-json', { cause: error })
  }
}

const text = z.string().max(2_048)
const time = z.iso.datetime({ offset: true })
/** Some write numbers in quotation marks. */
const count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

const failureSchema = z.object({
  'result-type': text,
  'receiving-mx-hostname': text.optional(),
  'failed-session-count': count,
})

const policySchema = z.object({
  policy: z.object({
    'policy-type': z.enum(['tlsa', 'sts', 'no-policy-found']),
    'policy-domain': text,
  }),
  summary: z.object({
    'total-successful-session-count': count,
    'total-failure-session-count': count,
  }),
  'failure-details': z.array(failureSchema).max(recordsMax).default([]),
})

const policiesMax = 1_000

const reportSchema = z.object({
  'organization-name': text.optional(),
  'date-range': z.object({ 'start-datetime': time, 'end-datetime': time }),
  'report-id': text,
  policies: z.array(policySchema).min(1).max(policiesMax),
})

/** What went well is a line, what failed has one for each reason; what has no reason is told all the same. */
function linesOf(told: z.output<typeof policySchema>): readonly TlsLine[] {
  const { policy, summary, 'failure-details': details } = told
  const kind = { policy: policy['policy-type'] }
  const failures = details.map((one) => ({
    ...kind,
    result: resultOf(one['result-type']),
    host: domainOf(one['receiving-mx-hostname'] ?? '') ?? '',
    count: one['failed-session-count'],
  }))
  const explained = failures.reduce((sum, one) => sum + one.count, 0)
  const unexplained = summary['total-failure-session-count'] - explained
  return [
    { ...kind, result: '', host: '', count: summary['total-successful-session-count'] },
    ...failures,
    ...(unexplained > 0 ? [{ ...kind, result: 'unexplained', host: '', count: unexplained }] : []),
  ].filter((line) => line.count > 0 || line.result === '')
}

/** The words of RFC 8460 §4.3, and those that others may add. */
function resultOf(value: string): string {
  const lower = value.toLowerCase()
  return /^[a-z0-9-]{1,64}$/.test(lower) ? lower : 'other'
}
