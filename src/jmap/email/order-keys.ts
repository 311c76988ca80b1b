/**
 * What Emails are sorted by, and the account sorted by it: read once, then only for what is new. Like all
 * that is read of messages it is remembered for minutes, and only as long as the account itself is.
 */
import type { Millis } from '../../base/clock.ts'
import { findValue } from '../../mime/header.ts'
import { orderFactsOf, type OrderFacts } from '../../mime/order-facts.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { EmailFacts, EmailView } from '../../store/emails/types.ts'
import { cachedMs } from '../../store/limits.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { ordersReadSinglyMax } from '../limits.ts'
import { readSummaries } from './get.ts'

export interface OrderKeys {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly sentAt: number | undefined
}

/** Those of them that never change of an Email, and its size. */
export type LastingOrder = keyof OrderKeys | 'size'

export function isLasting(property: string): property is LastingOrder {
  return ['from', 'to', 'subject', 'sentAt', 'size'].includes(property)
}

interface Sorted {
  /** All of `emails` stand here: what is not has come since. */
  readonly ids: Set<string>
  emails: readonly EmailFacts[]
  modSeq: number
}

interface Known {
  readonly endsAt: Millis
  readonly keys: Map<string, OrderKeys>
  readonly sorted: Map<LastingOrder, Sorted>
  /** One reading at a time: what another waits for he need not read. */
  reading: Promise<unknown>
}

/** By the mailboxes that somebody sees. */
const known = new WeakMap<EmailView, Map<string, Known>>()

function knownOf({ view, scope, account }: AccountReading): Known {
  const now = account.parts.clock.now()
  const scopes = known.get(view) ?? new Map<string, Known>()
  known.set(view, scopes)
  const before = scopes.get(scope)
  if (before !== undefined && now < before.endsAt) return before
  const fresh = { endsAt: now + cachedMs, keys: new Map(), sorted: new Map() }
  const made: Known = { ...fresh, reading: Promise.resolve() }
  scopes.set(scope, made)
  return made
}

/** The keys of all that is shown. */
export async function readOrderKeys(
  account: Account,
  reading: AccountReading,
): Promise<ReadonlyMap<string, OrderKeys>> {
  const { keys } = await readMissing(account, reading)
  return keys
}

async function readMissing(account: Account, reading: AccountReading): Promise<Known> {
  const mine = knownOf(reading)
  const read = async () => {
    const missing = reading.view.ordered.filter(
      (email) => !mine.keys.has(email.id) && reading.isShown(email),
    )
    if (missing.length > 0) await readKeys(account, reading, missing, mine.keys)
  }
  // What went wrong with another's reading is told to him.
  const turn = mine.reading.then(read, read)
  mine.reading = turn
  await turn
  return mine
}

/** Ascending; of those that are alike the latest first. Without what came since `reading`. */
export async function sortedBy(
  account: Account,
  reading: AccountReading,
  property: LastingOrder,
): Promise<readonly EmailFacts[]> {
  const mine = property === 'size' ? knownOf(reading) : await readMissing(account, reading)
  const { view } = reading
  const before = mine.sorted.get(property)
  if (before?.modSeq === view.modSeq) return before.emails
  const sorted = before ?? { ids: new Set<string>(), emails: [], modSeq: 0 }
  const compare = comparing(property, mine.keys)
  const isReady = (email: EmailFacts) => property === 'size' || mine.keys.has(email.id)
  const fresh = view.ordered.filter((email) => !sorted.ids.has(email.id) && isReady(email))
  const left = sorted.emails.filter((email) => {
    if (view.find(email.id) === email) return true
    sorted.ids.delete(email.id)
    return false
  })
  for (const { id } of fresh) sorted.ids.add(id)
  sorted.emails = fresh.length === 0 ? left : merge(left, fresh.toSorted(compare), compare)
  sorted.modSeq = view.modSeq
  mine.sorted.set(property, sorted)
  return sorted.emails
}

type Compare = (a: EmailFacts, b: EmailFacts) => number

function comparing(property: LastingOrder, keys: ReadonlyMap<string, OrderKeys>): Compare {
  const keyOf = (email: EmailFacts) =>
    property === 'size' ? email.octets : orderKeyOf(keys, email, property)
  return (a, b) => {
    const [one, two] = [keyOf(a), keyOf(b)]
    if (one !== two) return one < two ? -1 : 1
    return b.receivedAt - a.receivedAt || (a.id < b.id ? 1 : -1)
  }
}

export function orderKeyOf(
  keys: ReadonlyMap<string, OrderKeys>,
  { id, receivedAt }: EmailFacts,
  property: keyof OrderKeys,
): number | string {
  const key = keys.get(id)?.[property]
  return key ?? (property === 'sentAt' ? receivedAt : '')
}

function merge(
  one: readonly EmailFacts[],
  two: readonly EmailFacts[],
  compare: Compare,
): readonly EmailFacts[] {
  const merged: EmailFacts[] = []
  let at = 0
  for (const email of two) {
    for (let next = one[at]; next !== undefined && compare(next, email) < 0; next = one[at]) {
      merged.push(next)
      at += 1
    }
    merged.push(email)
  }
  return merged.concat(one.slice(at))
}

/** From packs where they are, from summaries where not, and where so few are new. */
async function readKeys(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
  keys: Map<string, OrderKeys>,
): Promise<void> {
  if (emails.length > ordersReadSinglyMax) await readPacked(account, reading, emails, keys)
  const rest = emails.filter(({ id }) => !keys.has(id))
  for (const [id, { envelope, header }] of await readSummaries(account, reading, rest)) {
    const { fields } = parseMessage(header)
    keys.set(id, keysOf(orderFactsOf(envelope, findValue(header, fields, 'references'))))
  }
}

async function readPacked(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
  keys: Map<string, OrderKeys>,
): Promise<void> {
  const placed = emails.flatMap((email) => {
    const [place] = reading.placesOf(email)
    return place === undefined ? [] : [{ email, place }]
  })
  for (const [mailboxId, group] of Map.groupBy(placed, ({ place }) => place.mailboxId)) {
    const uids = group.map(({ place }) => place.uid).sort((a, b) => a - b)
    const packed = await account.parts.store.orders(account.id, mailboxId, uids)
    for (const { email, place } of group) {
      const facts = packed.get(place.uid)
      if (facts !== undefined) keys.set(email.id, keysOf(facts.order))
    }
  }
}

function keysOf({ displayFrom: from, displayTo: to, subject, sentAt }: OrderFacts): OrderKeys {
  return { from, to, subject, sentAt }
}
