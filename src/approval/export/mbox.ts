/**
 * Messages as one mbox file (RFC 4155, appendix A), in the variant whose quoting can be undone: every
 * line that begins with any number of ">" and "From " gets one ">" more. Lines end with LF.
 */
import type { Millis } from '../../base/clock.ts'

export interface ExportedMessage {
  /** Name of the mailbox; it becomes the field X-Mailbox. */
  readonly mailbox: string
  readonly receivedAt: Millis
  /** RFC 5322 octets. */
  readonly octets: Buffer
}

export function formatMbox({ mailbox, receivedAt, octets }: ExportedMessage): Buffer {
  // Octets as they are: latin1 maps each to one character and back.
  const text = octets.toString('latin1').replaceAll('\r\n', '\n')
  const quoted = text.replaceAll(/^>*From /gm, '>$&')
  const field = `X-Mailbox: ${encodeURIComponent(mailbox)}\n`
  const end = quoted.endsWith('\n') ? '\n' : '\n\n'
  const head = `From MAILER-DAEMON ${asctime(receivedAt)}\n${field}`
  return Buffer.from(`${head}${quoted}${end}`, 'latin1')
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `Mon Jan  5 01:00:00 2026`, in UTC. */
function asctime(at: Millis): string {
  const date = new Date(at)
  const day = String(date.getUTCDate()).padStart(2)
  const time = date.toISOString().slice(11, 19)
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} ${time} ${date.getUTCFullYear()}`
}
