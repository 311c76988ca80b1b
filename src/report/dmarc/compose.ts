/** An aggregate report as mail to whom the record names. RFC 7489 §7.2.1.1, RFC 9990 §3.5. */
import { dayMs, secondMs } from '../../base/clock.ts'
import { observationSchema, type DmarcObservation } from '../../mailauth/verify/observe.ts'
import { formatDate } from '../../mime/date.ts'
import { base64Lines, compress } from '../compress.ts'
import { reportOctetsMax } from '../limits.ts'
import type { Compose } from '../send-due.ts'
import type { ReportHead } from '../types.ts'
import { findDmarcDestinations } from './find-destinations.ts'
import { formatDmarcReport } from './format-report.ts'

export const composeDmarc: Compose = async (resolver, head, counted) => {
  const all = await findDmarcDestinations(resolver, head.domain)
  if (all.length === 0) return undefined
  const observations = counted.map(({ what, count }) => ({
    ...observationSchema.parse(JSON.parse(what)),
    count,
  }))
  // One message for all of them: as large as the smallest limit. Base64 makes of three octets four and some.
  const limits = all.flatMap(({ octetsMax }) => (octetsMax === undefined ? [] : [octetsMax]))
  const octetsMax = Math.min(reportOctetsMax, ...limits.map((limit) => Math.floor(limit * 0.7)))
  const to = [...new Set(all.map(({ address }) => address))]
  return { to, message: dmarcReportMail({ ...head, to, observations, octetsMax }) }
}

export interface DmarcReportMail extends ReportHead {
  readonly to: readonly string[]
  readonly at: number
  readonly octetsMax: number
  readonly observations: readonly (DmarcObservation & { readonly count: number })[]
}

export function dmarcReportMail(mail: DmarcReportMail): Buffer {
  const { id, day, domain, organization, contact, to, at, observations, octetsMax } = mail
  const begins = (day * dayMs) / secondMs
  const ends = begins + dayMs / secondMs - 1
  const name = `${organization}!${domain}!${begins}!${ends}!${id}.xml.gz`
  const format = (some: typeof observations) => formatDmarcReport({ ...mail, observations: some })
  const lines = [
    `From: <${contact}>`,
    `To: ${to.map((address) => `<${address}>`).join(',\r\n ')}`,
    `Subject: Report Domain: ${domain}\r\n Submitter: ${organization}\r\n Report-ID: <${id}@${organization}>`,
    `Date: ${formatDate(at)}`,
    `Message-ID: <${id}@${organization}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    `Content-Type: application/gzip; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment;\r\n filename="${name}"`,
    '',
    base64Lines(compress(observations, octetsMax, format)),
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}
