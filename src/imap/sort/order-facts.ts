/** What messages are sorted and threaded by: from packs where that is much, from summaries where not. */
import { findValue } from '../../mime/header.ts'
import { orderFactsOf, type OrderFacts } from '../../mime/order-facts.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { Summary } from '../../store/types.ts'
import { loadMessages } from '../fetch/load.ts'
import type { Progress } from '../progress.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'

export interface Ordered {
  readonly uid: number
  readonly facts: OrderFacts
  /** INTERNALDATE: where there is no Date that can be read (RFC 5256 §2.2). */
  readonly receivedAt: number
  readonly octets: number
}

interface Reading {
  readonly view: SelectedMailbox
  readonly uids: readonly number[]
  readonly progress: Progress
}

/** In the order of the mailbox; messages that are gone are left out. */
export async function readOrdered(
  session: Session,
  { view, uids, progress }: Reading,
): Promise<readonly Ordered[]> {
  const { accountId } = view.place.mount.grant
  const { store } = session.ports
  const packs = await store.orders(accountId, view.id, uids)
  const ordered: Ordered[] = []
  const rest: number[] = []
  for (const uid of uids) {
    const packed = packs.get(uid)
    if (packed === undefined) rest.push(uid)
    else ordered.push({ uid, facts: packed.order, ...packed })
  }
  const isMixed = ordered.length > 0 && rest.length > 0
  const singly = { view, uids: rest, level: 'summary', needsContent: false } as const
  for await (const batch of loadMessages(session, singly)) {
    for (const { summary } of batch) if (summary !== undefined) ordered.push(orderedOf(summary))
    progress.tell(ordered.length, uids.length)
  }
  return isMixed ? ordered.sort((a, b) => a.uid - b.uid) : ordered
}

function orderedOf({ uid, envelope, header, receivedAt, octets }: Summary): Ordered {
  const { fields } = parseMessage(header)
  const facts = orderFactsOf(envelope, findValue(header, fields, 'references'))
  return { uid, facts, receivedAt, octets }
}

export function sentAt({ facts, receivedAt }: Ordered): number {
  return facts.sentAt ?? receivedAt
}
