/** A TLS report as mail to whom its domain names. RFC 8460 §5.3. */
import { dayMs, secondMs } from '../../base/clock.ts'
import { formatDate } from '../../mime/date.ts'
import { base64Lines, compress } from '../compress.ts'
import { reportOctetsMax } from '../limits.ts'
import type { Compose } from '../send-due.ts'
import type { ReportHead } from '../types.ts'
import { findTlsDestinations } from './find-destinations.ts'
import { formatTlsReport } from './format-report.ts'
import { tlsSessionSchema, type TlsSession } from './types.ts'

export const composeTls: Compose = async (resolver, head, counted) => {
  const to = await findTlsDestinations(resolver, head.domain)
  if (to.length === 0) return undefined
  const sessions = counted.map(({ what, count }) => ({
    ...tlsSessionSchema.parse(JSON.parse(what)),
    count,
  }))
  return { to, message: tlsReportMail({ ...head, to, sessions }) }
}

export interface TlsReportMail extends ReportHead {
  readonly to: readonly string[]
  readonly at: number
  readonly sessions: readonly (TlsSession & { readonly count: number })[]
}

export function tlsReportMail(mail: TlsReportMail): Buffer {
  const { id, day, domain, organization, contact, to, at, sessions } = mail
  const begins = (day * dayMs) / secondMs
  const ends = begins + dayMs / secondMs - 1
  const boundary = `report-${id}`
  const name = `${organization}!${domain}!${begins}!${ends}!${id}.json.gz`
  const format = (some: typeof sessions) => formatTlsReport({ ...mail, sessions: some })
  const lines = [
    `From: <${contact}>`,
    `To: ${to.map((address) => `<${address}>`).join(',\r\n ')}`,
    `Subject: Report Domain: ${domain}\r\n Submitter: ${organization}\r\n Report-ID: <${id}@${organization}>`,
    `Date: ${formatDate(at)}`,
    `Message-ID: <${id}@${organization}>`,
    `TLS-Report-Domain: ${domain}`,
    `TLS-Report-Submitter: ${organization}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type="tlsrpt";\r\n boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `How sessions of ${organization} with the mail servers of ${domain} went`,
    `on ${new Date(day * dayMs).toISOString().slice(0, 10)} (UTC), as counts (RFC 8460).`,
    '',
    `--${boundary}`,
    `Content-Type: application/tlsrpt+gzip; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment;\r\n filename="${name}"`,
    '',
    base64Lines(compress(sessions, reportOctetsMax, format)),
    `--${boundary}--`,
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}
