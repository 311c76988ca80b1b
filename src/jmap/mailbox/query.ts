/** Mailbox/query and Mailbox/queryChanges. RFC 8621 §2.3, §2.4. */
import type { Mailbox } from '../../store/types.ts'
import type { AccountReading } from '../core/account.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method, type MethodCall } from '../core/call.ts'
import { parseState, requireKnown } from '../core/changes.ts'
import type { JsonObject } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import {
  matches,
  parseFilter,
  parseSort,
  queryDelta,
  windowAsked,
  windowOf,
  type Comparator,
  type Filter,
} from '../core/query.ts'
import { findMailboxChanges } from './changes.ts'
import { placeOf, sortOrderOf } from './present.ts'

interface Asked {
  readonly filter: Filter<JsonObject> | undefined
  readonly sort: readonly Comparator[]
  readonly sortAsTree: boolean
  readonly filterAsTree: boolean
}

export const mailboxQuery: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const asked = askedOf(call)
    const window = windowAsked(call.args)
    call.args.end()
    const reading = await account.read()
    return {
      accountId: account.id,
      queryState: reading.state,
      canCalculateChanges: !asked.sortAsTree && !asked.filterAsTree,
      ...windowOf(resultsOf(reading, asked), window),
    }
  },
}

export const mailboxQueryChanges: Method = {
  capability: mailCapability,
  async run(call) {
    const { args } = call
    const account = accountOf(call)
    const asked = askedOf(call)
    const sinceQueryState = args.string('sinceQueryState')
    const maxChanges = args.unsigned('maxChanges')
    const upToId = args.idOrNull('upToId')
    const calculateTotal = args.boolean('calculateTotal', false)
    args.end()
    const reading = await account.read()
    // A new name moves all beneath it.
    if (asked.sortAsTree || asked.filterAsTree) throw new MethodError('cannotCalculateChanges')
    const since = parseState(sinceQueryState, reading)
    if (since.told !== undefined) throw new MethodError('cannotCalculateChanges')
    await requireKnown(reading, since.modSeq)
    const changes = await findMailboxChanges(reading, since.modSeq)
    const moved = new Set(changes.filter((each) => !each.isCountsOnly).map(({ id }) => id))
    const results = resultsOf(reading, asked)
    const delta = queryDelta(results, moved, upToId)
    if (maxChanges !== undefined && delta.removed.length + delta.added.length > maxChanges)
      throw new MethodError('tooManyChanges')
    return {
      accountId: account.id,
      oldQueryState: sinceQueryState,
      newQueryState: reading.state,
      ...(calculateTotal && { total: results.length }),
      ...delta,
    }
  },
}

const sortable = ['sortOrder', 'name', 'parentId']

function askedOf({ args }: MethodCall): Asked {
  return {
    filter: parseFilter(args.value('filter'), readCondition),
    sort: parseSort(args, sortable),
    sortAsTree: args.boolean('sortAsTree', false),
    filterAsTree: args.boolean('filterAsTree', false),
  }
}

const conditions: Readonly<Record<string, (value: unknown) => boolean>> = {
  parentId: (value) => value === null || typeof value === 'string',
  name: (value) => typeof value === 'string',
  role: (value) => value === null || typeof value === 'string',
  hasAnyRole: (value) => typeof value === 'boolean',
  isSubscribed: (value) => typeof value === 'boolean',
}

function readCondition(condition: JsonObject): JsonObject {
  for (const [name, value] of Object.entries(condition)) {
    const isRight = conditions[name]
    if (isRight === undefined) throw new MethodError('unsupportedFilter')
    if (!isRight(value)) throw invalidArguments(`The filter ${name} is of the wrong type`)
  }
  return condition
}

function resultsOf(reading: AccountReading, asked: Asked): readonly string[] {
  const sorted = sortMailboxes(reading, asked)
  const found = new Set(
    sorted.filter((mailbox) => matches(asked.filter, (c) => isTrue(reading, mailbox, c))),
  )
  const isKept = (mailbox: Mailbox): boolean => {
    if (!found.has(mailbox)) return false
    const parent = parentOf(reading, mailbox)
    return !asked.filterAsTree || parent === undefined || isKept(parent)
  }
  return sorted.filter(isKept).map(({ id }) => id)
}

function isTrue(reading: AccountReading, mailbox: Mailbox, condition: JsonObject): boolean {
  const { parentId, name } = placeOf(reading, mailbox)
  return Object.entries(condition).every(([key, wanted]) => {
    if (key === 'parentId') return parentId === wanted
    if (key === 'name') return typeof wanted === 'string' && fold(name).includes(fold(wanted))
    if (key === 'role') return (mailbox.role ?? null) === wanted
    if (key === 'hasAnyRole') return (mailbox.role !== undefined) === wanted
    return mailbox.isSubscribed === wanted
  })
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase()

function parentOf(reading: AccountReading, mailbox: Mailbox): Mailbox | undefined {
  const { parentId } = placeOf(reading, mailbox)
  return reading.mailboxes.find(({ id }) => id === parentId)
}

function sortMailboxes(reading: AccountReading, { sort, sortAsTree }: Asked): readonly Mailbox[] {
  const compare = (a: Mailbox, b: Mailbox): number => {
    for (const { property, isAscending } of sort) {
      const order = compareBy(reading, property, a, b)
      if (order !== 0) return isAscending ? order : -order
    }
    return a.id < b.id ? -1 : 1
  }
  const sorted = reading.mailboxes.toSorted(compare)
  if (!sortAsTree) return sorted
  const children = Map.groupBy(sorted, (mailbox) => parentOf(reading, mailbox)?.id)
  const below = (id: string | undefined): readonly Mailbox[] =>
    (children.get(id) ?? []).flatMap((mailbox) => [mailbox, ...below(mailbox.id)])
  return below(undefined)
}

function compareBy(reading: AccountReading, property: string, a: Mailbox, b: Mailbox): number {
  if (property === 'sortOrder') return sortOrderOf(a) - sortOrderOf(b)
  const [one, two] = [placeOf(reading, a), placeOf(reading, b)]
  return property === 'name'
    ? compareText(fold(one.name), fold(two.name))
    : compareText(one.parentId ?? '', two.parentId ?? '')
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
