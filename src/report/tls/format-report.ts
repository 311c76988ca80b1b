/** A report as its domain reads it. Pure. RFC 8460 §4.4. */
import { dayMs } from '../../base/clock.ts'
import type { ReportHead } from '../types.ts'
import type { TlsSession } from './types.ts'

export interface TlsReportInput extends ReportHead {
  readonly sessions: readonly (TlsSession & { readonly count: number })[]
}

export function formatTlsReport(input: TlsReportInput): string {
  const { id, day, domain, organization, contact, sessions } = input
  const policies = Map.groupBy(sessions, ({ policy, policyLines, policyHosts }) =>
    JSON.stringify([policy, policyLines, policyHosts]),
  )
  return JSON.stringify({
    'organization-name': organization,
    'date-range': {
      'start-datetime': timeOf(day * dayMs),
      'end-datetime': timeOf((day + 1) * dayMs - 1_000),
    },
    'contact-info': contact,
    'report-id': id,
    policies: [...policies.values()].map((group) => policyOf(domain, group)),
  })
}

function policyOf(domain: string, sessions: TlsReportInput['sessions']): object {
  const [first] = sessions
  const { policy = 'no-policy-found', policyLines = [], policyHosts = [] } = first ?? {}
  const failed = sessions.filter(({ failure }) => failure !== undefined)
  return {
    policy: {
      'policy-type': policy,
      ...(policyLines.length > 0 && { 'policy-string': policyLines }),
      'policy-domain': domain,
      ...(policyHosts.length > 0 && { 'mx-host': policyHosts }),
    },
    summary: {
      'total-successful-session-count': sum(sessions) - sum(failed),
      'total-failure-session-count': sum(failed),
    },
    'failure-details': failed.map(({ failure, host, address, count }) => ({
      'result-type': failure,
      ...(host !== undefined && { 'receiving-mx-hostname': host }),
      ...(address !== undefined && { 'receiving-ip': address }),
      'failed-session-count': count,
    })),
  }
}

function sum(sessions: TlsReportInput['sessions']): number {
  return sessions.reduce((total, { count }) => total + count, 0)
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}
