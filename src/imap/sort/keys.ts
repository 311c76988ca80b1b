/** What messages are compared by. RFC 5256 §2.2 and §3, RFC 5957 §3, RFC 6203 §6. */
import type { OrderFacts } from '../../mime/order-facts.ts'
import { loadMessages } from '../fetch/load.ts'
import type { Progress } from '../progress.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { Criterion, CriterionKind, LastingCriterion, LastingKind } from '../wire/parse-sort.ts'
import { readOrdered, sentAt, type Ordered } from './order-facts.ts'
import { ranksOf, type RankedBy, type Ranks } from './ranks.ts'

/** One value for each criterion, in their order. */
export type SortKey = readonly (string | number)[]

export interface Keyed {
  readonly uid: number
  readonly key: SortKey
}

export interface Reading {
  readonly view: SelectedMailbox
  readonly uids: readonly number[]
  readonly criteria: readonly Criterion[]
  readonly progress: Progress
  /** Of each UID: for RELEVANCY. */
  readonly scores?: ReadonlyMap<number, number> | undefined
}

const cheap: ReadonlySet<CriterionKind> = new Set(['ARRIVAL', 'RELEVANCY', 'SIZE'])

/** Nothing sealed is opened where cheap columns will do. */
export async function readSortKeys(session: Session, reading: Reading): Promise<readonly Keyed[]> {
  const { view, uids, criteria, scores } = reading
  const ordered = criteria.every(({ kind }) => cheap.has(kind))
    ? await readCheap(session, view, uids)
    : await readOrdered(session, reading)
  return ordered.map((each) => ({
    uid: each.uid,
    key: criteria.map(({ kind }) =>
      // The nearest first.
      kind === 'RELEVANCY' ? -(scores?.get(each.uid) ?? 0) : valueOf[kind](each),
    ),
  }))
}

/** Size and arrival alone. */
async function readCheap(
  session: Session,
  view: SelectedMailbox,
  uids: readonly number[],
): Promise<readonly Ordered[]> {
  const ordered: Ordered[] = []
  const load = { view, uids, level: 'facts', needsContent: false } as const
  for await (const batch of loadMessages(session, load)) {
    for (const { uid, facts } of batch) {
      const { receivedAt = 0, octets = 0 } = facts ?? {}
      ordered.push({ uid, facts: noOrder, receivedAt, octets })
    }
  }
  return ordered
}

const noOrder: OrderFacts = {
  sentAt: undefined,
  subject: '',
  isReply: false,
  from: '',
  to: '',
  cc: '',
  displayFrom: '',
  displayTo: '',
  messageId: undefined,
  references: [],
}

const valueOf: Readonly<Record<LastingKind, (ordered: Ordered) => string | number>> = {
  ARRIVAL: ({ receivedAt }) => receivedAt,
  CC: ({ facts }) => facts.cc,
  DATE: sentAt,
  DISPLAYFROM: ({ facts }) => facts.displayFrom,
  DISPLAYTO: ({ facts }) => facts.displayTo,
  FROM: ({ facts }) => facts.from,
  SIZE: ({ octets }) => octets,
  SUBJECT: ({ facts }) => facts.subject,
  TO: ({ facts }) => facts.to,
}

interface RankReading extends Reading {
  readonly criteria: readonly LastingCriterion[]
}

/** All of a mailbox in order, for SORTs of many of its messages. */
export async function readRanks(
  session: Session,
  { view, uids, criteria, progress }: RankReading,
): Promise<readonly RankedBy[]> {
  const { ranks } = session.ports
  const kinds = [...new Set(criteria.map(({ kind }) => kind))]
  const missing = kinds.filter((kind) => ranks.find(view.id, kind, uids) === undefined)
  const made = new Map<CriterionKind, Ranks>()
  if (missing.length > 0) {
    const all = Array.from({ length: view.count }, (_, index) => view.uidAt(index))
    const isCheap = missing.every((kind) => kind === 'ARRIVAL' || kind === 'SIZE')
    const ordered = isCheap
      ? await readCheap(session, view, all)
      : await readOrdered(session, { view, uids: all, progress })
    const known = Uint32Array.from(ordered, ({ uid }) => uid)
    for (const kind of missing) {
      const ranked = await ranksOf(known, ordered.map(valueOf[kind]))
      made.set(kind, ranked)
      ranks.keep(view.id, kind, ranked)
    }
  }
  return criteria.map(({ kind, isReverse }) => {
    const found = made.get(kind) ?? ranks.find(view.id, kind, uids)
    return { ranks: found ?? { uids: new Uint32Array(), ranks: new Uint32Array() }, isReverse }
  })
}
