/** ShareNotification/query. RFC 9670 §3.6. */
import type { ShareNotice } from '../../directory/types.ts'
import { parseUtcDate } from '../core/arguments.ts'
import { principalsCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { matches, parseFilter, parseSort, windowAsked, windowOf } from '../core/query.ts'
import { principalsAccountOf } from '../principal/principal.ts'
import { noticesOf, stateOf } from './share-notification.ts'

type Test = (notice: ShareNotice) => boolean

export const shareNotificationQuery: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const filter = parseFilter(call.args.value('filter'), readCondition)
    const [first] = parseSort(call.args, ['created'])
    const window = windowAsked(call.args)
    call.args.end()
    const found = noticesOf(account).filter((each) => matches(filter, (isTrue) => isTrue(each)))
    const sorted = first?.isAscending === false ? found.toReversed() : found
    const ids = sorted.map(({ id }) => id)
    const state = { queryState: stateOf(account), canCalculateChanges: false }
    return { accountId: account.id, ...state, ...windowOf(ids, window) }
  },
}

/** RFC 9670 §3.7: what the query says of itself holds. */
export const shareNotificationQueryChanges: Method = {
  capability: principalsCapability,
  async run(call) {
    principalsAccountOf(call)
    throw new MethodError('cannotCalculateChanges')
  },
}

function readCondition(condition: JsonObject): Test {
  const tests = Object.entries(condition).map(([name, value]) => {
    const read = readers[name]
    if (read === undefined) throw new MethodError('unsupportedFilter')
    return read(value, name)
  })
  return (notice) => tests.every((isTrue) => isTrue(notice))
}

const readers: Readonly<Record<string, (value: Json, name: string) => Test>> = {
  after: (value, name) => {
    const from = timeIn(value, name, 0)
    return ({ at }) => at >= from
  },
  before: (value, name) => {
    const until = timeIn(value, name, Infinity)
    return ({ at }) => at < until
  },
  objectType: (value, name) => {
    const type = textIn(value, name)
    return () => type === 'Mailbox'
  },
  objectAccountId: (value, name) => {
    const id = textIn(value, name)
    return ({ accountId }) => accountId === id
  },
}

function timeIn(value: Json, name: string, open: number): number {
  const at = value === null ? open : parseUtcDate(value)
  if (at === undefined) throw wrongType(name)
  return at
}

function textIn(value: Json, name: string): string {
  if (typeof value !== 'string') throw wrongType(name)
  return value
}

function wrongType(name: string): MethodError {
  return invalidArguments(`The filter ${name} is of the wrong type`)
}
