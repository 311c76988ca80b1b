/** Quota/query and Quota/queryChanges. RFC 9425 §4.4, §4.5. */
import { quotaCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import type { JsonObject } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { matches, parseFilter, parseSort, windowAsked, windowOf } from '../core/query.ts'
import { quotasOf, stateOf, type Quota } from './quota.ts'

const filters = ['name', 'scope', 'resourceType', 'type']

export const quotaQuery: Method = {
  capability: quotaCapability,
  async run(call) {
    const account = accountOf(call)
    const filter = parseFilter(call.args.value('filter'), readCondition)
    const sort = parseSort(call.args, ['name', 'used'])
    const window = windowAsked(call.args)
    call.args.end()
    const quotas = await quotasOf(account)
    const found = quotas.filter((quota) => matches(filter, (each) => isTrue(quota, each)))
    const sorted = found.toSorted((a, b) => {
      for (const { property, isAscending } of sort) {
        const [one, two] = property === 'used' ? [a.used, b.used] : [a.name, b.name]
        if (one !== two) return one < two === isAscending ? -1 : 1
      }
      return a.id < b.id ? -1 : 1
    })
    const ids = sorted.map(({ id }) => id)
    const asked = { queryState: stateOf(quotas), canCalculateChanges: false }
    return { accountId: account.id, ...asked, ...windowOf(ids, window) }
  },
}

/** As the query says of itself: there are two at most, and asking again is as short. */
export const quotaQueryChanges: Method = {
  capability: quotaCapability,
  async run(call) {
    accountOf(call)
    throw new MethodError('cannotCalculateChanges')
  },
}

type Condition = readonly (readonly [name: string, value: string])[]

function readCondition(condition: JsonObject): Condition {
  return Object.entries(condition).map(([name, value]) => {
    if (!filters.includes(name)) throw new MethodError('unsupportedFilter')
    if (typeof value !== 'string') throw invalidArguments(`The filter ${name} is a String`)
    return [name, value]
  })
}

function isTrue(quota: Quota, condition: Condition): boolean {
  return condition.every(([name, value]) => {
    if (name === 'name') return quota.name.includes(value)
    if (name === 'type') return quota.types.includes(value)
    return (name === 'scope' ? quota.scope : quota.resourceType) === value
  })
}
