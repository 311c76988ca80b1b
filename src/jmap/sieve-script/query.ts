/** SieveScript/query. There are sixteen at most: asking again is as short as asking what changed. RFC 9661 §2.5. */
import { sieveCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import type { JsonObject } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { matches, parseFilter, parseSort, windowAsked, windowOf } from '../core/query.ts'
import { scriptAccountOf, scriptsOf, stateOf, type SieveScript } from './script.ts'

export const sieveScriptQuery: Method = {
  capability: sieveCapability,
  async run(call) {
    const account = scriptAccountOf(call)
    const filter = parseFilter(call.args.value('filter'), readCondition)
    const sort = parseSort(call.args, ['name', 'isActive'])
    const window = windowAsked(call.args)
    call.args.end()
    const found = scriptsOf(account).filter((one) => matches(filter, (each) => isTrue(one, each)))
    const sorted = found.toSorted((a, b) => {
      for (const { property, isAscending } of sort) {
        const [one, two] =
          property === 'name' ? [a.name, b.name] : [Number(a.isActive), Number(b.isActive)]
        if (one !== two) return one < two === isAscending ? -1 : 1
      }
      return a.id < b.id ? -1 : 1
    })
    const ids = sorted.map(({ id }) => id)
    const asked = { queryState: stateOf(account), canCalculateChanges: false }
    return { accountId: account.id, ...asked, ...windowOf(ids, window) }
  },
}

interface Condition {
  readonly name: string | undefined
  readonly isActive: boolean | undefined
}

function readCondition({ name, isActive, ...more }: JsonObject): Condition {
  if (Object.keys(more).length > 0) throw new MethodError('unsupportedFilter')
  if (name !== undefined && typeof name !== 'string')
    throw invalidArguments('The filter name is a String')
  if (isActive !== undefined && typeof isActive !== 'boolean')
    throw invalidArguments('The filter isActive is a Boolean')
  return { name, isActive }
}

function isTrue(script: SieveScript, { name, isActive }: Condition): boolean {
  if (isActive !== undefined && script.isActive !== isActive) return false
  return name === undefined || script.name.includes(name)
}
