/** A notice of the platform to somebody of ours, in English and Traditional Chinese. Machines do not answer it (RFC 3834 §5). */
import type { Clock } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { formatDate } from '../mime/date.ts'
import { base64Lines, encodeWords } from './encode-text.ts'

export interface Notice {
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface NoticeFrom {
  readonly clock: Clock
  readonly hostname: string
}

/** `id` stands in its Message-ID, too. */
export function composeNotice(
  { clock, hostname }: NoticeFrom,
  { to, subject, text }: Notice,
): { readonly id: string; readonly content: Buffer } {
  const id = newId(clock)
  const content = Buffer.from(
    `From: Mail System <postmaster@${hostname}>\r\n` +
      `To: <${to}>\r\n` +
      `Subject: ${encodeWords(subject)}\r\n` +
      `Date: ${formatDate(clock.now())}\r\n` +
      `Message-ID: <${id}@${hostname}>\r\n` +
      'Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n' +
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
      `${base64Lines(text)}\r\n`,
  )
  return { id, content }
}
