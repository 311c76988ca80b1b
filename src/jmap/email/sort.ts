/** The order of Email/query's results. RFC 8621 §4.4.2. */
import { findValue } from '../../mime/header.ts'
import { orderFactsOf, type OrderFacts } from '../../mime/order-facts.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { EmailFacts } from '../../store/emails/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { invalidArguments } from '../core/method-error.ts'
import type { Comparator } from '../core/query.ts'
import { readSummaries } from './get.ts'
import { hasKeyword, isKeyword } from './keywords.ts'

const ofOrder = new Set(['from', 'to', 'subject', 'sentAt'])

/** A key of each Email; larger comes later. */
type KeyOf = (email: EmailFacts) => number | string

export function checkSort(sort: readonly Comparator[]): void {
  for (const { property, more } of sort) {
    const { keyword, ...other } = more
    const needs = property.endsWith('Keyword')
    const isRight = needs
      ? typeof keyword === 'string' && isKeyword(keyword)
      : keyword === undefined
    if (!isRight || Object.keys(other).length > 0)
      throw invalidArguments(`The Comparator ${property} is not right`)
  }
}

/** Newest first is how mail is mostly looked at: the account is kept in that order. */
export function isByReceivedAt(sort: readonly Comparator[]): boolean {
  return sort.length === 0 || sort[0]?.property === 'receivedAt'
}

export async function sortEmails(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
  sort: readonly Comparator[],
): Promise<readonly EmailFacts[]> {
  const orders = sort.some(({ property }) => ofOrder.has(property))
    ? await readOrders(account, reading, emails)
    : new Map<string, OrderFacts>()
  const keys = sort.map((each) => ({
    keyOf: keyOf(reading, orders, each),
    sign: each.isAscending ? 1 : -1,
  }))
  const rows = emails.map((email) => ({ email, keys: keys.map(({ keyOf: of }) => of(email)) }))
  rows.sort((a, b) => {
    for (const [at, { sign }] of keys.entries()) {
      const [one, two] = [a.keys[at] ?? 0, b.keys[at] ?? 0]
      if (one !== two) return one < two ? -sign : sign
    }
    // RFC 8620 §5.5: the order must be the same each time.
    return b.email.receivedAt - a.email.receivedAt || (a.email.id < b.email.id ? 1 : -1)
  })
  return rows.map(({ email }) => email)
}

function keyOf(
  reading: AccountReading,
  orders: ReadonlyMap<string, OrderFacts>,
  { property, more }: Comparator,
): KeyOf {
  const given = more['keyword']
  const keyword = typeof given === 'string' ? given.toLowerCase() : ''
  const has = (email: EmailFacts) => hasKeyword(reading.view, reading.placesOf(email), keyword)
  switch (property) {
    case 'size':
      return ({ octets }) => octets
    case 'from':
      return ({ id }) => orders.get(id)?.displayFrom ?? ''
    case 'to':
      return ({ id }) => orders.get(id)?.displayTo ?? ''
    case 'subject':
      return ({ id }) => orders.get(id)?.subject ?? ''
    case 'sentAt':
      return ({ id, receivedAt }) => orders.get(id)?.sentAt ?? receivedAt
    case 'hasKeyword':
      return (email) => Number(has(email))
    case 'allInThreadHaveKeyword':
      return ({ threadId }) => Number(reading.threadOf(threadId).every(has))
    case 'someInThreadHaveKeyword':
      return ({ threadId }) => Number(reading.threadOf(threadId).some(has))
    default:
      return ({ receivedAt }) => receivedAt
  }
}

/** From packs where they are, from summaries where not. */
async function readOrders(
  account: Account,
  reading: AccountReading,
  emails: readonly EmailFacts[],
): Promise<ReadonlyMap<string, OrderFacts>> {
  const orders = new Map<string, OrderFacts>()
  const placed = emails.flatMap((email) => {
    const [place] = reading.placesOf(email)
    return place === undefined ? [] : [{ email, place }]
  })
  for (const [mailboxId, group] of Map.groupBy(placed, ({ place }) => place.mailboxId)) {
    const uids = group.map(({ place }) => place.uid).sort((a, b) => a - b)
    const packed = await account.parts.store.orders(account.id, mailboxId, uids)
    for (const { email, place } of group) {
      const facts = packed.get(place.uid)
      if (facts !== undefined) orders.set(email.id, facts.order)
    }
  }
  const rest = emails.filter(({ id }) => !orders.has(id))
  for (const [id, { envelope, header }] of await readSummaries(account, reading, rest)) {
    const { fields } = parseMessage(header)
    orders.set(id, orderFactsOf(envelope, findValue(header, fields, 'references')))
  }
  return orders
}
