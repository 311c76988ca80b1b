/** What messages are compared by. RFC 5256 §2.2 and §3, RFC 5957 §3. */
import { loadMessages } from '../fetch/load.ts'
import type { Progress } from '../progress.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { Criterion, CriterionKind } from '../wire/parse-sort.ts'
import { readOrdered, sentAt, type Ordered } from './order-facts.ts'

/** One value for each criterion, in their order. */
export type SortKey = readonly (string | number)[]

export interface Keyed {
  readonly uid: number
  readonly key: SortKey
}

interface Reading {
  readonly view: SelectedMailbox
  readonly uids: readonly number[]
  readonly criteria: readonly Criterion[]
  readonly progress: Progress
}

/** Nothing sealed is opened where cheap columns will do. */
export async function readSortKeys(session: Session, reading: Reading): Promise<readonly Keyed[]> {
  const { criteria } = reading
  if (criteria.every(({ kind }) => kind === 'ARRIVAL' || kind === 'SIZE')) {
    return readCheapKeys(session, reading)
  }
  const ordered = await readOrdered(session, reading)
  return ordered.map((each) => ({
    uid: each.uid,
    key: criteria.map(({ kind }) => valueOf[kind](each)),
  }))
}

async function readCheapKeys(
  session: Session,
  { view, uids, criteria }: Reading,
): Promise<readonly Keyed[]> {
  const keyed: Keyed[] = []
  const load = { view, uids, level: 'facts', needsContent: false } as const
  for await (const batch of loadMessages(session, load)) {
    for (const { uid, facts } of batch) {
      const key = criteria.map(({ kind }) => (kind === 'SIZE' ? facts?.octets : facts?.receivedAt))
      keyed.push({ uid, key: key.map((value) => value ?? 0) })
    }
  }
  return keyed
}

const valueOf: Readonly<Record<CriterionKind, (ordered: Ordered) => string | number>> = {
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
