/** ENVELOPE, RFC 9051 §7.5.2. */
import type { EnvelopeAddress, ImapEnvelope } from './types.ts'
import { formatNstring } from './format-string.ts'

export function formatEnvelope(envelope: ImapEnvelope, isUtf8: boolean): string {
  const text = (value: string | undefined) => formatNstring(value, isUtf8)
  const list = (addresses: readonly EnvelopeAddress[]) => formatAddresses(addresses, isUtf8)
  return (
    `(${text(envelope.date)} ${text(envelope.subject)} ${list(envelope.from)} ` +
    `${list(envelope.sender)} ${list(envelope.replyTo)} ${list(envelope.to)} ` +
    `${list(envelope.cc)} ${list(envelope.bcc)} ${text(envelope.inReplyTo)} ` +
    `${text(envelope.messageId)})`
  )
}

function formatAddresses(addresses: readonly EnvelopeAddress[], isUtf8: boolean): string {
  if (addresses.length === 0) return 'NIL'
  let text = '('
  for (const { name, route, mailbox, host } of addresses) {
    text +=
      `(${formatNstring(name, isUtf8)} ${formatNstring(route, isUtf8)} ` +
      `${formatNstring(mailbox, isUtf8)} ${formatNstring(host, isUtf8)})`
  }
  return `${text})`
}
