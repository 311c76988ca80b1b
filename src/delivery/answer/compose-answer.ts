/** An automatic answer. RFC 3834 §3, RFC 5230 §5, RFC 8621 §8. */
import type { Clock } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { formatDate } from '../../mime/date.ts'
import type { QueueInput } from '../../queue/types.ts'
import { fieldsOf } from '../../sieve/fields.ts'
import type { SieveMessage } from '../../sieve/types.ts'
import { isAscii } from '../address.ts'
import { base64Lines, encodeWords } from '../encode-text.ts'
import { answerReferencesMax, answerSubjectMax } from '../limits.ts'

export interface Answer {
  readonly original: SieveMessage
  readonly from: string
  readonly to: string
  readonly departmentId: string | undefined
  /** Undefined: as the original's, said to be automatic. */
  readonly subject: string | undefined
  readonly text: string
  /** The same for who prefers it. */
  readonly html?: string | undefined
  /** The text is a MIME entity: fields of content, an empty line, a body. */
  readonly isMime: boolean
}

export function composeAnswer(
  { clock, hostname }: { readonly clock: Clock; readonly hostname: string },
  answer: Answer,
): QueueInput {
  const { original, from, to, departmentId } = answer
  const id = newId(clock)
  const subject = answer.subject ?? `Auto: ${valueOf(original, 'subject') ?? ''}`.trim()
  const content =
    `From: <${from}>\r\nTo: <${to}>\r\n` +
    `Subject: ${encodeWords(oneLine(subject).slice(0, answerSubjectMax))}\r\n` +
    `Date: ${formatDate(clock.now())}\r\nMessage-ID: <${id}@${hostname}>\r\n` +
    threadFields(original) +
    'Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n' +
    bodyOf(answer, id)
  return {
    ...(departmentId === undefined ? {} : { departmentId }),
    // RFC 3834 §3.3: no report about an answer reaches anybody.
    envelope: {
      reversePath: '',
      isSmtpUtf8: !isAscii(to) || !isAscii(from),
      requiresTls: false,
      messageId: id,
    },
    content: Buffer.from(content),
    recipients: [{ forwardPath: to, notify: ['never'] }],
  }
}

/** RFC 3834 §3.1.5. What is no message id is left out: it would end a line of ours. */
function threadFields(original: SieveMessage): string {
  const [id] = idsIn(valueOf(original, 'message-id') ?? '')
  if (id === undefined) return ''
  const before = idsIn(valueOf(original, 'references') ?? '').slice(-answerReferencesMax)
  return `In-Reply-To: ${id}\r\nReferences: ${[...before, id].join('\r\n ')}\r\n`
}

function idsIn(text: string): readonly string[] {
  return text.match(/<[!-;=?-~]{1,250}>/g) ?? []
}

function valueOf({ fields }: SieveMessage, name: string): string | undefined {
  return fieldsOf(fields, name)[0]?.text
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}

function bodyOf({ text, html, isMime }: Answer, id: string): string {
  if (isMime) return entityOf(crlf(text))
  if (html === undefined) return textPart('plain', text)
  // RFC 2046 §5.1.1: no line of base64 begins so.
  const boundary = `=_${id}`
  return (
    `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\n${textPart('plain', text)}` +
    `--${boundary}\r\n${textPart('html', html)}--${boundary}--\r\n`
  )
}

function textPart(subtype: 'plain' | 'html', text: string): string {
  return (
    `Content-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
    `${base64Lines(crlf(text))}\r\n`
  )
}

/** Only what describes the content: who it is from is not the script's to say. */
function entityOf(lines: string): string {
  const end = lines.indexOf('\r\n\r\n')
  const head = end < 0 ? '' : lines.slice(0, end)
  const fields = head.split(/\r\n(?![ \t])/).filter((field) => /^content-[\w-]+:/i.test(field))
  return [...fields, '', end < 0 ? lines : lines.slice(end + 4)].join('\r\n')
}

function crlf(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n')
}
