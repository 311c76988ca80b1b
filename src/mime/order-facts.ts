/** What messages are sorted and threaded by, folded for comparing. RFC 5256 §2, RFC 5957 §3. */
import { baseSubject } from './base-subject.ts'
import { parseDate } from './date.ts'
import { decodeWords } from './encoded-word.ts'
import { foldField } from './fold.ts'
import type { EnvelopeAddress, ImapEnvelope } from './types.ts'

export interface OrderFacts {
  /** The Date field in UTC; undefined where it cannot be read. */
  readonly sentAt: number | undefined
  /** The base subject. */
  readonly subject: string
  /** Something of a reply or a forward was taken off the subject. */
  readonly isReply: boolean
  /** addr-mailbox of the first address. */
  readonly from: string
  readonly to: string
  readonly cc: string
  /** The name of the first address, or the address where it has none. */
  readonly displayFrom: string
  readonly displayTo: string
  readonly messageId: string | undefined
  /** References, or the first Message-ID of In-Reply-To where there are none. */
  readonly references: readonly string[]
}

/** References of one message: longer lists keep the first and the latest. */
const referencesMax = 100

/** @param references the References field, unfolded. */
export function orderFactsOf(envelope: ImapEnvelope, references: string | undefined): OrderFacts {
  const { text: subject, isReply } = baseSubject(envelope.subject)
  return {
    sentAt: envelope.date === undefined ? undefined : parseDate(envelope.date)?.at,
    subject,
    isReply,
    from: mailboxOf(envelope.from),
    to: mailboxOf(envelope.to),
    cc: mailboxOf(envelope.cc),
    displayFrom: displayOf(envelope.from),
    displayTo: displayOf(envelope.to),
    messageId: idsOf(envelope.messageId)[0],
    references: referencesOf(references, envelope.inReplyTo),
  }
}

function mailboxOf([first]: readonly EnvelopeAddress[]): string {
  return foldField(first?.mailbox ?? '')
}

function displayOf([first]: readonly EnvelopeAddress[]): string {
  if (first === undefined) return ''
  const { name, mailbox = '', host = '' } = first
  if (name !== undefined && name !== '') return foldField(decodeWords(name))
  return foldField(host === '' ? mailbox : `${mailbox}@${host}`)
}

function referencesOf(
  references: string | undefined,
  inReplyTo: string | undefined,
): readonly string[] {
  const ids = idsOf(references)
  if (ids.length === 0) return idsOf(inReplyTo).slice(0, 1)
  if (ids.length <= referencesMax) return ids
  return [...ids.slice(0, 1), ...ids.slice(1 - referencesMax)]
}

/** Quotes within an ID mean nothing: `<"a"@b>` is `<a@b>`. */
function idsOf(value: string | undefined): readonly string[] {
  const written = value?.match(/<[^<>\s]+>/g) ?? []
  return written.map((id) => id.slice(1, -1).replace(/^"([^"\\]*)"@/, '$1@'))
}
