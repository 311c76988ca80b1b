/** Mail with a report of another system in it, in the shapes of those that send most of them. */
import { gzipSync } from 'node:zlib'
import { makeZip } from './make-zip.ts'

export interface ReportMailWish {
  readonly from: string
  readonly to: string
  readonly subject?: string
  readonly fields?: readonly string[]
  readonly type: string
  readonly name: string
  readonly octets: Buffer
  /** Within multipart/report, after words for people. */
  readonly isWithin?: boolean
}

export function reportMail(wish: ReportMailWish): Buffer {
  const { from, to, subject = 'Report', fields = [], type, name, octets, isWithin = false } = wish
  const file = [
    `Content-Type: ${type}; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    octets.toString('base64').replaceAll(/.{1,76}/g, '$&\r\n'),
  ]
  const head = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    'Date: Tue, 06 Jan 2026 01:00:00 +0000',
    `Message-ID: <${name.replaceAll(/[^\w.]/g, '')}@${from.slice(from.indexOf('@') + 1)}>`,
    'MIME-Version: 1.0',
    ...fields,
  ]
  const body = isWithin
    ? [
        'Content-Type: multipart/report; report-type="tlsrpt"; boundary="b"',
        '',
        '--b',
        'Content-Type: text/plain; charset=us-ascii',
        '',
        'This is an aggregate report.',
        '--b',
        ...file,
        '--b--',
        '',
      ]
    : file
  return Buffer.from([...head, ...body].join('\r\n'))
}

/** As Google does: a ZIP archive, the domain in the name and in the subject. */
export function googleDmarc(xml: Buffer, to: string): Buffer {
  const name = 'google.com!td.example!1767571200!1767657599'
  return reportMail({
    from: 'noreply-dmarc-support@google.com',
    to,
    subject: 'Report domain: td.example Submitter: google.com Report-ID: 10236410954387201934',
    type: 'application/zip',
    name: `${name}.zip`,
    octets: makeZip([{ name: `${name}.xml`, content: xml }]),
  })
}

/** As Microsoft does: gzip, under the name of another domain of its own. */
export function microsoftDmarc(xml: Buffer, to: string): Buffer {
  return reportMail({
    from: 'dmarcreport@microsoft.com',
    to,
    subject:
      'Report Domain: td.example Submitter: enterprise.protection.outlook.com Report-ID: 7c1f',
    type: 'application/gzip',
    name: 'enterprise.protection.outlook.com!td.example!1767571200!1767657600.xml.gz',
    octets: gzipSync(xml),
  })
}

/** RFC 8460 §5.3, as Google does. */
export function googleTls(json: Buffer, to: string, more: Partial<ReportMailWish> = {}): Buffer {
  return reportMail({
    from: 'noreply-smtp-tls-reporting@google.com',
    to,
    subject: 'Report Domain: td.example Submitter: google.com Report-ID: <2026.01.05@google.com>',
    fields: ['TLS-Report-Domain: td.example', 'TLS-Report-Submitter: google.com'],
    type: 'application/tlsrpt+gzip',
    name: 'google.com!td.example!1767571200!1767657599!001.json.gz',
    octets: gzipSync(json),
    isWithin: true,
    ...more,
  })
}
