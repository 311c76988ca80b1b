/**
 * Delivery status notifications: RFC 3464, as the sender wished by RFC 3461, with RFC 6533 where an
 * address is not ASCII. Never to the null reverse-path, never about themselves.
 */
import type { Clock, Millis } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { formatDate } from '../mime/date.ts'
import type { Notify, QueueEnvelope, QueueInput, Report } from '../queue/types.ts'
import { isAscii } from './address.ts'
import { base64Lines, encodeWords } from './encode-text.ts'
import { diagnosticCharsMax, dsnContentOctetsMax } from './limits.ts'
import { dsnSubject, dsnText } from './dsn-text.ts'

export interface DsnInput {
  readonly envelope: QueueEnvelope
  readonly queuedAt: Millis
  /** Until when a delayed message is tried. */
  readonly expiresAt?: Millis
  readonly content: Buffer
  readonly reports: readonly Report[]
}

export interface DsnParts {
  readonly clock: Clock
  readonly hostname: string
}

/** RFC 3461 §4.1: failures and delays unless said otherwise, successes only when asked for. */
export function isWanted(envelope: QueueEnvelope, report: Report): boolean {
  if (envelope.reversePath === '') return false
  const { notify } = report.recipient
  if (report.isOwed === true) return notify?.includes('never') !== true
  const [word, byDefault] = wishes[report.kind]
  return notify?.includes(word) ?? byDefault
}

const wishes = {
  failed: ['failure', true],
  delayed: ['delay', true],
  delivered: ['success', false],
  relayed: ['success', false],
} as const satisfies Record<Report['kind'], readonly [Notify, boolean]>

/** One message for each kind of news that the sender wants. */
export function composeReports(parts: DsnParts, input: DsnInput): readonly QueueInput[] {
  const wanted = input.reports.filter((report) => isWanted(input.envelope, report))
  return [...Map.groupBy(wanted, (report) => report.kind)].map(([kind, reports]) =>
    compose(parts, { ...input, reports }, kind),
  )
}

function compose(parts: DsnParts, input: DsnInput, kind: Report['kind']): QueueInput {
  const { envelope, reports } = input
  const id = newId(parts.clock)
  const boundary = `=_${id}`
  const isUtf8 =
    !isAscii(envelope.reversePath) ||
    reports.some(({ recipient }) => !isAscii(recipient.forwardPath))
  const status = formatStatus(parts, input, kind)
  const head =
    `From: Mail Delivery System <MAILER-DAEMON@${parts.hostname}>\r\n` +
    `To: <${envelope.reversePath}>\r\n` +
    `Subject: ${encodeWords(dsnSubject(kind))}\r\n` +
    `Date: ${formatDate(parts.clock.now())}\r\n` +
    `Message-ID: <${id}@${parts.hostname}>\r\n` +
    'Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: multipart/report; report-type=delivery-status;\r\n' +
    `\tboundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
    'Content-Transfer-Encoding: base64\r\n\r\n' +
    `${base64Lines(dsnText(kind, reports, input.expiresAt))}\r\n` +
    `--${boundary}\r\n` +
    `Content-Type: message/${isUtf8 ? 'global-' : ''}delivery-status\r\n\r\n${status}\r\n` +
    `--${boundary}\r\n`
  const [type, returned] = returnedContent(input, kind)
  const content = Buffer.concat([
    Buffer.from(`${head}Content-Type: ${type}\r\n\r\n`),
    returned,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return {
    // RFC 3461 §6.1: the null reverse-path, and no news about the news.
    envelope: { reversePath: '', isSmtpUtf8: isUtf8, requiresTls: false, messageId: id },
    content,
    recipients: [{ forwardPath: envelope.reversePath, notify: ['never'] }],
  }
}

/** RFC 3464 §2.2 and §2.3. */
function formatStatus(parts: DsnParts, input: DsnInput, kind: Report['kind']): string {
  const { envelope, queuedAt, reports, expiresAt } = input
  const lines = [`Reporting-MTA: dns; ${parts.hostname}`]
  if (envelope.envelopeId !== undefined)
    lines.push(`Original-Envelope-Id: ${oneLine(envelope.envelopeId)}`)
  lines.push(`Arrival-Date: ${formatDate(queuedAt)}`)
  // RFC 2852 §5
  if (envelope.deliverBy !== undefined)
    lines.push(`Deliver-By-Date: ${formatDate(envelope.deliverBy.at)}`)
  for (const { recipient, reply, at } of reports) {
    lines.push('')
    if (recipient.originalRecipient !== undefined)
      lines.push(`Original-Recipient: ${oneLine(recipient.originalRecipient)}`)
    const type = isAscii(recipient.forwardPath) ? 'rfc822' : 'utf-8'
    lines.push(`Final-Recipient: ${type}; ${recipient.forwardPath}`)
    lines.push(`Action: ${kind}`)
    lines.push(`Status: ${reply === undefined ? '2.0.0' : enhancedFor(kind, reply.enhanced)}`)
    if (reply !== undefined)
      lines.push(`Diagnostic-Code: smtp; ${reply.code} ${reply.enhanced} ${oneLine(reply.text)}`)
    lines.push(`Last-Attempt-Date: ${formatDate(at)}`)
    if (kind === 'delayed' && expiresAt !== undefined)
      lines.push(`Will-Retry-Until: ${formatDate(expiresAt)}`)
  }
  return `${lines.join('\r\n')}\r\n`
}

/** What was temporary for days has failed: RFC 3463 §2 wants class 5 for it. */
function enhancedFor(kind: Report['kind'], enhanced: string): string {
  return kind === 'failed' ? enhanced.replace(/^4/, '5') : enhanced
}

/** RFC 3461 §4.3: RET speaks of failures; all other reports carry the header alone. */
function returnedContent(
  { envelope, content }: DsnInput,
  kind: Report['kind'],
): readonly [type: string, octets: Buffer] {
  const end = content.indexOf('\r\n\r\n')
  const header = end < 0 ? content.subarray(0, 0) : content.subarray(0, end + 2)
  const isGlobal = !header.every((octet) => octet < 128)
  const isWhole = kind === 'failed' && envelope.ret === 'full'
  if (isWhole && content.length <= dsnContentOctetsMax)
    return [isGlobal ? 'message/global' : 'message/rfc822', content]
  return [isGlobal ? 'message/global-headers' : 'text/rfc822-headers', header]
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- a control character would end the line
  return text.slice(0, diagnosticCharsMax).replaceAll(/[\u0000-\u001F\u007F]+/g, ' ')
}
