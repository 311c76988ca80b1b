/**
 * Writes the demo's messages in the many shapes real mail has: 8-bit, quoted-printable, base64,
 * Big5, alternatives, attachments, encoded words. RFC 5322, RFC 2045 to 2047, RFC 2231, RFC 6532.
 */
import iconv from 'iconv-lite'
import type { Millis } from '../../base/clock.ts'
import type { Attachment } from './attachments.ts'
import { formatDateTime, formatName, formatParameter, formatText } from './header-text.ts'

export type BodyEncoding = '8bit' | 'quoted-printable' | 'base64' | 'big5'

export interface DemoParty {
  readonly name: string
  readonly address: string
}

export interface Composed {
  readonly from: DemoParty
  readonly to: readonly DemoParty[]
  readonly cc: readonly DemoParty[]
  readonly subject: string
  readonly at: Millis
  readonly messageId: string
  /** Message-IDs of the thread so far, oldest first. */
  readonly references: readonly string[]
  readonly text: string
  readonly html: string | undefined
  readonly attachments: readonly Attachment[]
  readonly encoding: BodyEncoding
  /** Header fields as raw UTF-8 (RFC 6532) rather than encoded words. */
  readonly isRawHeader: boolean
}

interface Part {
  readonly header: readonly string[]
  readonly body: Buffer
}

export function compose(message: Composed): Buffer {
  const part = composeBody(message)
  const header = [...composeHeader(message), 'MIME-Version: 1.0', ...part.header]
  return Buffer.concat([Buffer.from(`${header.join('\r\n')}\r\n\r\n`, 'utf8'), part.body])
}

function composeHeader(message: Composed): readonly string[] {
  const charset = message.encoding === 'big5' ? 'big5' : 'utf-8'
  const name = (text: string) => formatName(text, message.isRawHeader ? undefined : charset)
  const list = (parties: readonly DemoParty[]) =>
    parties.map((party) => `${name(party.name)} <${party.address}>`).join(',\r\n ')
  const subject = formatText(message.subject, message.isRawHeader ? undefined : charset)
  const lines = [
    `Date: ${formatDateTime(message.at)}`,
    `From: ${list([message.from])}`,
    `To: ${list(message.to)}`,
    ...(message.cc.length > 0 ? [`Cc: ${list(message.cc)}`] : []),
    `Message-ID: ${message.messageId}`,
    `Subject: ${subject}`,
  ]
  const last = message.references.at(-1)
  if (last === undefined) return lines
  return [...lines, `In-Reply-To: ${last}`, `References: ${message.references.join('\r\n ')}`]
}

function composeBody(message: Composed): Part {
  const text = textPart('plain', message.text, message.encoding)
  const main =
    message.html === undefined
      ? text
      : multipart('alternative', message, [
          text,
          textPart('html', message.html, message.encoding === 'big5' ? 'base64' : message.encoding),
        ])
  if (message.attachments.length === 0) return main
  return multipart('mixed', message, [main, ...message.attachments.map(attachmentPart)])
}

function textPart(subtype: string, text: string, encoding: BodyEncoding): Part {
  const charset = encoding === 'big5' ? 'big5' : 'utf-8'
  const transfer = encoding === 'big5' ? '8bit' : encoding
  const lines = text.replaceAll('\n', '\r\n')
  const octets = charset === 'big5' ? iconv.encode(lines, 'big5-hkscs') : Buffer.from(lines, 'utf8')
  return {
    header: [
      `Content-Type: text/${subtype}; charset=${charset}`,
      `Content-Transfer-Encoding: ${transfer}`,
    ],
    body: encodeTransfer(octets, transfer),
  }
}

function attachmentPart({ fileName, type, octets }: Attachment): Part {
  return {
    header: [
      `Content-Type: ${type};\r\n ${formatParameter('name', fileName)}`,
      `Content-Disposition: attachment;\r\n ${formatParameter('filename', fileName)}`,
      'Content-Transfer-Encoding: base64',
    ],
    body: encodeTransfer(octets, 'base64'),
  }
}

function multipart(subtype: string, { messageId }: Composed, parts: readonly Part[]): Part {
  const boundary = `=_${subtype}_${messageId.slice(1, 13).replace(/[^\w]/g, '')}`
  const pieces = parts.flatMap(({ header, body }) => [
    Buffer.from(`--${boundary}\r\n${header.join('\r\n')}\r\n\r\n`, 'utf8'),
    body,
    Buffer.from('\r\n'),
  ])
  return {
    header: [`Content-Type: multipart/${subtype};\r\n boundary="${boundary}"`],
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

const base64LineMax = 76

function encodeTransfer(octets: Buffer, encoding: Exclude<BodyEncoding, 'big5'>): Buffer {
  if (encoding === '8bit') return octets
  if (encoding === 'quoted-printable') return Buffer.from(encodeQuotedPrintable(octets), 'latin1')
  const text = octets.toString('base64')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += base64LineMax)
    lines.push(text.slice(at, at + base64LineMax))
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
}

/** RFC 2045 §6.7: lines of at most 76 characters, the soft break's `=` counted. */
function encodeQuotedPrintable(octets: Buffer): string {
  const lines = octets.toString('latin1').split('\r\n')
  return lines.map(encodeQuotedLine).join('\r\n')
}

function encodeQuotedLine(line: string): string {
  let encoded = ''
  let column = 0
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at)
    const isLast = at === line.length - 1
    const isPlain = code > 0x20 && code < 0x7f && code !== 0x3d
    const isInnerBlank = code === 0x20 && !isLast
    const token =
      isPlain || isInnerBlank
        ? line.charAt(at)
        : `=${code.toString(16).toUpperCase().padStart(2, '0')}`
    if (column + token.length > base64LineMax - 1) {
      encoded += '=\r\n'
      column = 0
    }
    encoded += token
    column += token.length
  }
  return encoded
}
