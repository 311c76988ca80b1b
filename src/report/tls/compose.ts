/** A report as mail. RFC 8460 §5.3. */
import { gzipSync } from 'node:zlib'
import { dayMs, secondMs, type Millis } from '../../base/clock.ts'
import { formatDate } from '../../mime/date.ts'
import { reportOctetsMax } from '../limits.ts'
import { formatTlsReport, type TlsReportInput } from './format-report.ts'

export interface TlsReportMail extends TlsReportInput {
  readonly to: readonly string[]
  readonly at: Millis
}

export function composeTlsReport(mail: TlsReportMail): Buffer {
  const { id, day, domain, organization, contact, to, at } = mail
  const begins = (day * dayMs) / secondMs
  const ends = begins + dayMs / secondMs - 1
  const boundary = `report-${id}`
  const name = `${organization}!${domain}!${begins}!${ends}!${id}.json.gz`
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
    compress(mail)
      .toString('base64')
      .replaceAll(/.{1,76}/g, '$&\r\n')
      .trimEnd(),
    `--${boundary}--`,
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}

/** What happened most, as much of it as a report may hold. */
function compress(input: TlsReportInput): Buffer {
  let { sessions } = input
  for (;;) {
    const octets = gzipSync(formatTlsReport({ ...input, sessions }))
    if (octets.length <= reportOctetsMax || sessions.length <= 1) return octets
    sessions = sessions.slice(0, Math.ceil(sessions.length / 2))
  }
}
