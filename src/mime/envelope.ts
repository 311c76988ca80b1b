/** The ENVELOPE of a message. RFC 9051 §7.5.2. */
import { unfoldedValue } from './header.ts'
import { parseMailboxes } from './mailboxes.ts'
import type { EnvelopeAddress, ImapEnvelope, Part } from './types.ts'

const names = new Set([
  'date',
  'subject',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'in-reply-to',
  'message-id',
])

const nobody: readonly EnvelopeAddress[] = []

/**
 * The last field of a name counts, as in JMAP (RFC 8621 §4.1.3), because it is the one that a signature
 * covers first (RFC 6376 §5.4.2); but the addresses of all To, Cc and Bcc fields (RFC 5322 §4.5.3 lets
 * them come again). Sender and Reply-To are From where they are absent or empty.
 */
export function envelopeOf(octets: Buffer, part: Part): ImapEnvelope {
  const values = new Map<string, string>()
  for (const field of part.fields) {
    const name = field.lowerName
    if (!names.has(name)) continue
    const before = values.get(name)
    const value = unfoldedValue(octets, field)
    const isJoined = name === 'to' || name === 'cc' || name === 'bcc'
    values.set(name, isJoined && before !== undefined ? `${before}, ${value}` : value)
  }
  const addresses = (name: string): readonly EnvelopeAddress[] => {
    const value = values.get(name)
    return value === undefined ? nobody : parseMailboxes(value)
  }
  const from = addresses('from')
  const sender = addresses('sender')
  const replyTo = addresses('reply-to')
  return {
    date: values.get('date'),
    subject: values.get('subject'),
    from,
    sender: sender.length > 0 ? sender : from,
    replyTo: replyTo.length > 0 ? replyTo : from,
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    inReplyTo: values.get('in-reply-to'),
    messageId: values.get('message-id'),
  }
}
