/** The few Emails a filter can be true of, where the texts it asks for are rare: then no others are looked at. */
import type { EmailFacts } from '../../store/emails/types.ts'
import type { AccountReading } from '../core/account.ts'
import type { Filter } from '../core/query.ts'
import { fewOfAccount } from '../limits.ts'
import type { Condition } from './filter.ts'
import type { Packed } from './find-texts.ts'

type Emails = ReadonlySet<EmailFacts>

/** Undefined: it may be true of many. */
export function findFew(
  { view }: AccountReading,
  filter: Filter<Condition> | undefined,
  packed: Packed,
): ReadonlySet<EmailFacts> | undefined {
  const { unpacked } = packed
  const among = candidatesOf(filter, packed)
  if (among === undefined || unpacked === undefined) return undefined
  if ((countOf(among) + unpacked.size) * fewOfAccount > view.ordered.length) return undefined
  return new Set([...among, unpacked].flatMap((emails) => [...emails]))
}

/** Of those that are packed: all that it is true of are in one of these. Undefined: it may be any. */
function candidatesOf(
  filter: Filter<Condition> | undefined,
  packed: Packed,
): readonly Emails[] | undefined {
  if (filter === undefined || filter.operator === 'NOT') return undefined
  if (filter.operator === undefined) {
    const tests = filter.condition.texts.filter((test) => !packed.others.includes(test))
    return smallest(tests.map((test) => [packed.found.get(test) ?? new Set()]))
  }
  const each = filter.of.map((one) => candidatesOf(one, packed))
  const known = each.filter((one) => one !== undefined)
  if (filter.operator === 'AND') return smallest(known)
  return known.length < each.length ? undefined : known.flat()
}

function smallest(all: readonly (readonly Emails[])[]): readonly Emails[] | undefined {
  return all.toSorted((one, two) => countOf(one) - countOf(two))[0]
}

function countOf(sets: readonly Emails[]): number {
  return sets.reduce((sum, { size }) => sum + size, 0)
}
