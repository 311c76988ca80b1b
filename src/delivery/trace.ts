/**
 * The trace fields of one recipient's copy: Return-Path, Delivered-To, what a list adds, Received.
 * RFC 5321 §4.4; RFC 8314 §4.3 for the cipher. They are never part of the message that is prepared once.
 */
import type { Millis } from '../base/clock.ts'
import type { DistributionList } from '../directory/types.ts'
import type { Mark } from '../policy/types.ts'
import { formatDate } from '../mime/date.ts'
import { traceWordCharsMax } from './limits.ts'
import { formatListFields } from './list-headers.ts'
import type { Peer } from './types.ts'

export interface TraceFacts {
  readonly peer: Peer
  readonly hostname: string
  /** Our id of this message. */
  readonly messageId: string
  readonly at: Millis
  /** A user submitted it: where he sat is nobody's business. */
  readonly isUser: boolean
}

export interface TraceRecipient {
  readonly reversePath: string
  /** Undefined for a copy that leaves: it has no mailbox here. */
  readonly deliveredTo: string | undefined
  /** As the client wrote it. */
  readonly forwardPath: string
  readonly list: DistributionList | undefined
  /** Addresses whose redirects led it here: each has had it, which ends a loop. */
  readonly redirectedBy?: readonly string[]
  /** What the policy wants its reader, and his programs, to know. */
  readonly marks?: readonly Mark[]
  /** Posts that wait for the reader of this copy. */
  readonly posts?: readonly { readonly id: string; readonly list: DistributionList }[]
}

/** Formats the fields for one recipient after another; what they share is made once. */
export type FormatTrace = (recipient: TraceRecipient) => string

export function createTrace(facts: TraceFacts): FormatTrace {
  const { hostname, messageId, peer } = facts
  const tls = peer.tls === undefined ? '' : ` tls ${word(peer.tls.cipher)}`
  const before =
    `Received: from ${formatPeer(facts)}\r\n` +
    `\tby ${hostname} with ${word(peer.protocol)}${tls} id ${messageId}`
  const date = `; ${formatDate(facts.at)}\r\n`
  return ({
    reversePath,
    deliveredTo,
    forwardPath,
    list,
    redirectedBy = [],
    marks = [],
    posts = [],
  }) =>
    (deliveredTo === undefined
      ? ''
      : `Return-Path: <${reversePath}>\r\nDelivered-To: ${deliveredTo}\r\n`) +
    redirectedBy.map((address) => `Delivered-To: ${address}\r\n`).join('') +
    (marks.length === 0 ? '' : `Tamar-Marks: ${marks.join(', ')}\r\n`) +
    posts.map((post) => `Tamar-Moderation: ${post.id} ${post.list.address}\r\n`).join('') +
    (list === undefined ? '' : formatListFields(list)) +
    // Copies that leave go to many at once, and who else has one is nobody's business (RFC 5321 §7.2).
    (deliveredTo === undefined ? `${before}${date}` : `${before}\r\n\tfor <${forwardPath}>${date}`)
}

function formatPeer({ peer, isUser }: TraceFacts): string {
  if (isUser) return 'localhost (authenticated)'
  return `${word(peer.heloName)} (${formatAddressLiteral(peer.remoteAddress)})`
}

/** RFC 5321 §4.1.3. */
export function formatAddressLiteral(address: string): string {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : address
  return plain.includes(':') ? `[IPv6:${word(plain)}]` : `[${word(plain)}]`
}

/** What a stranger said, as one harmless word. */
function word(text: string): string {
  const kept = text.slice(0, traceWordCharsMax).replaceAll(notInWord, '?')
  return kept === '' ? 'unknown' : kept
}

const notInWord = /[^\p{L}\p{N}.:_[\]-]/gu
