/** The order of Email/query's results. RFC 8621 §4.4.2. */
import type { EmailFacts } from '../../store/emails/types.ts'
import type { Account, AccountReading } from '../core/account.ts'
import { invalidArguments } from '../core/method-error.ts'
import type { Comparator } from '../core/query.ts'
import { hasKeyword, isKeyword } from './keywords.ts'
import { isLasting, orderKeyOf, readOrderKeys, type OrderKeys } from './order-keys.ts'

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
  const isOfKeys = sort.some(({ property }) => isLasting(property) && property !== 'size')
  const orders = isOfKeys ? await readOrderKeys(account, reading) : new Map<string, OrderKeys>()
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
  orders: ReadonlyMap<string, OrderKeys>,
  { property, more }: Comparator,
): KeyOf {
  const given = more['keyword']
  const keyword = typeof given === 'string' ? given.toLowerCase() : ''
  const has = (email: EmailFacts) => hasKeyword(reading.view, reading.placesOf(email), keyword)
  switch (property) {
    case 'size':
      return ({ octets }) => octets
    case 'from':
    case 'to':
    case 'subject':
    case 'sentAt':
      return (email) => orderKeyOf(orders, email, property)
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
