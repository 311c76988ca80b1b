/** The message of an MDN: words for people, a report for programs, the original where it is wished. RFC 8098 §3. */
import { base64Lines, encodeWords } from '../../delivery/encode-text.ts'
import { formatDate } from '../../mime/date.ts'
import type { Millis } from '../../base/clock.ts'
import type { AskedMdn } from './read-mdn.ts'

export interface MdnInput {
  readonly asked: AskedMdn
  /** Of this message, without brackets. */
  readonly messageId: string
  readonly now: Millis
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly finalRecipient: string
  readonly originalRecipient: string | null
  readonly originalMessageId: string | null
  readonly original: Buffer
}

export function composeMdn(input: MdnInput): Buffer {
  const { asked, messageId, now, from, to, subject, text, originalMessageId, original } = input
  const boundary = `=_${messageId.split('@')[0] ?? ''}`
  const answered = originalMessageId ?? ''
  const head =
    `From: <${from}>\r\nTo: ${to.map((each) => `<${each}>`).join(',\r\n ')}\r\n` +
    `Subject: ${encodeWords(subject)}\r\nDate: ${formatDate(now)}\r\nMessage-ID: <${messageId}>\r\n` +
    (answered === '' ? '' : `In-Reply-To: ${answered}\r\nReferences: ${answered}\r\n`) +
    'MIME-Version: 1.0\r\n' +
    'Content-Type: multipart/report; report-type=disposition-notification;\r\n' +
    ` boundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
    `Content-Transfer-Encoding: base64\r\n\r\n${base64Lines(text.replaceAll(/\r?\n/g, '\r\n'))}\r\n` +
    `--${boundary}\r\nContent-Type: message/${reportType(input)}\r\n\r\n${reportOf(input)}`
  const end = `\r\n--${boundary}--\r\n`
  if (!asked.includeOriginalMessage) return Buffer.from(head + end)
  const third = `\r\n--${boundary}\r\nContent-Type: message/rfc822\r\n`
  const encoding = isSevenBit(original) ? '' : 'Content-Transfer-Encoding: 8bit\r\n'
  return Buffer.concat([Buffer.from(`${head}${third}${encoding}\r\n`), original, Buffer.from(end)])
}

function reportOf(input: MdnInput): string {
  const { asked, finalRecipient, originalRecipient, originalMessageId } = input
  const { actionMode, sendingMode, type } = asked.disposition
  const fields: readonly (readonly [string, string | null])[] = [
    ['Reporting-UA', asked.reportingUA],
    ['Original-Recipient', originalRecipient],
    ['Final-Recipient', finalRecipient],
    ['Original-Message-ID', originalMessageId],
    // RFC 8098 §3.2.6: the mode's words as the standard writes them.
    ['Disposition', `${actionMode}/${sendingMode.replace('mdn', 'MDN')}; ${type}`],
    ...Object.entries(asked.extensionFields ?? {}),
  ]
  return fields.map(([name, value]) => (value === null ? '' : `${name}: ${value}\r\n`)).join('')
}

/** RFC 6533 §4: with addresses beyond ASCII it is another type. */
function reportType({ finalRecipient, originalRecipient }: MdnInput): string {
  const isPlain = isAscii(finalRecipient) && isAscii(originalRecipient ?? '')
  return isPlain ? 'disposition-notification' : 'global-disposition-notification'
}

export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function isSevenBit(octets: Buffer): boolean {
  return octets.every((octet) => octet < 0x80)
}
