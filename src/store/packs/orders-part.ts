/** What many messages are sorted and threaded by, in one run of octets: version (1), then JSON. */
import type { OrderFacts } from '../../mime/order-facts.ts'

const version = 1

type Packed = readonly [
  sentAt: number | null,
  subject: string,
  isReply: 0 | 1,
  from: string,
  to: string,
  cc: string,
  displayFrom: string,
  displayTo: string,
  messageId: string | null,
  ...references: readonly string[],
]

export function encodeOrders(facts: readonly OrderFacts[]): Buffer {
  const packed = facts.map((each): Packed => [
    each.sentAt ?? null,
    each.subject,
    each.isReply ? 1 : 0,
    each.from,
    each.to,
    each.cc,
    each.displayFrom,
    each.displayTo,
    each.messageId ?? null,
    ...each.references,
  ])
  return Buffer.concat([Buffer.of(version), Buffer.from(JSON.stringify(packed))])
}

export function decodeOrders(octets: Buffer): readonly OrderFacts[] {
  // Written by encodeOrders and sealed since: what opens is what was written.
  const packed = JSON.parse(octets.toString('utf8', 1)) as readonly Packed[]
  return packed.map(factsOf)
}

function factsOf(packed: Packed): OrderFacts {
  const [sentAt, subject, isReply, from, to, cc, displayFrom, displayTo, messageId] = packed
  return {
    sentAt: sentAt ?? undefined,
    subject,
    isReply: isReply === 1,
    from,
    to,
    cc,
    displayFrom,
    displayTo,
    messageId: messageId ?? undefined,
    // Behind the nine above stand references only.
    references: packed.slice(9) as readonly string[],
  }
}
