/** What messages are sorted and threaded by: from packs where that is much, from summaries where not. */
import { findValue } from '../../mime/header.ts'
import { orderFactsOf, type OrderFacts } from '../../mime/order-facts.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { MessageFacts, Summary } from '../../store/types.ts'
import { loadMessages } from '../fetch/load.ts'
import { packedOrdersMin } from '../limits.ts'
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
  /** Size or INTERNALDATE are asked for themselves. */
  readonly needsCheap: boolean
}

/** In the order of the mailbox; messages that are gone are left out. */
export async function readOrdered(
  session: Session,
  { view, uids, progress, needsCheap }: Reading,
): Promise<readonly Ordered[]> {
  const { accountId } = view.place.mount.grant
  const { store } = session.ports
  const packs = uids.length < packedOrdersMin ? undefined : await store.orders(accountId, view.id)
  const packed = packs === undefined ? [] : uids.filter((uid) => packs.has(uid))
  const ordered =
    packs === undefined ? [] : await fromPacks(session, view, { packs, packed, needsCheap })
  const rest = packs === undefined ? uids : uids.filter((uid) => !packs.has(uid))
  const singly = { view, uids: rest, level: 'summary', needsContent: false } as const
  for await (const batch of loadMessages(session, singly)) {
    for (const { summary } of batch) if (summary !== undefined) ordered.push(orderedOf(summary))
    progress.tell(ordered.length, uids.length)
  }
  return packed.length > 0 && rest.length > 0 ? ordered.sort((a, b) => a.uid - b.uid) : ordered
}

interface Packs {
  readonly packs: ReadonlyMap<number, OrderFacts>
  readonly packed: readonly number[]
  readonly needsCheap: boolean
}

/** The cheap columns are read for those only that cannot do without. */
async function fromPacks(
  session: Session,
  view: SelectedMailbox,
  { packs, packed, needsCheap }: Packs,
): Promise<Ordered[]> {
  const uids = packed.filter((uid) => needsCheap || packs.get(uid)?.sentAt === undefined)
  const cheap = new Map<number, MessageFacts>()
  const load = { view, uids, level: 'facts', needsContent: false } as const
  for await (const batch of loadMessages(session, load)) {
    for (const { uid, facts } of batch) if (facts !== undefined) cheap.set(uid, facts)
  }
  return packed.flatMap((uid) => {
    const facts = packs.get(uid)
    if (facts === undefined) return []
    const { receivedAt = 0, octets = 0 } = cheap.get(uid) ?? {}
    return [{ uid, facts, receivedAt, octets }]
  })
}

function orderedOf({ uid, envelope, header, receivedAt, octets }: Summary): Ordered {
  const { fields } = parseMessage(header)
  const facts = orderFactsOf(envelope, findValue(header, fields, 'references'))
  return { uid, facts, receivedAt, octets }
}

export function sentAt({ facts, receivedAt }: Ordered): number {
  return facts.sentAt ?? receivedAt
}
