/** Principal/query: looking somebody up. RFC 9670 §2.4. */
import { foldForSearch } from '../../mime/fold.ts'
import type { Entry } from '../../access/principal-book.ts'
import { isStrings } from '../core/arguments.ts'
import { principalsCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { matches, parseFilter, parseSort, windowAsked, windowOf } from '../core/query.ts'
import { principalsFoundMax } from '../limits.ts'
import { nameOf, principalsAccountOf, shownTo, takePace, typeOf } from './principal.ts'

type Test = (entry: Entry) => boolean

export const principalQuery: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const filter = parseFilter(call.args.value('filter'), readCondition)
    const sort = parseSort(call.args, ['name', 'email', 'type'])
    const asked = windowAsked(call.args)
    call.args.end()
    const shown = shownTo(account)
    const found = shown.entries.filter((entry) => matches(filter, (isTrue) => isTrue(entry)))
    const sorted = found.toSorted((a, b) => {
      for (const { property, isAscending } of sort) {
        const [one, two] = [keyOf(a, property), keyOf(b, property)]
        if (one !== two) return one < two === isAscending ? -1 : 1
      }
      // As they stand, by name.
      return 0
    })
    const isLimited = asked.isLimited || asked.limit > principalsFoundMax
    const window = { ...asked, limit: Math.min(asked.limit, principalsFoundMax), isLimited: false }
    const answer = windowOf(
      sorted.map(({ id }) => id),
      window,
    )
    takePace(call, answer.ids.length)
    return {
      accountId: account.id,
      queryState: shown.digest,
      canCalculateChanges: false,
      ...answer,
      ...(isLimited && { limit: principalsFoundMax }),
    }
  },
}

/** RFC 9670 §2.5: what the query says of itself holds. */
export const principalQueryChanges: Method = {
  capability: principalsCapability,
  async run(call) {
    principalsAccountOf(call)
    throw new MethodError('cannotCalculateChanges')
  },
}

function keyOf(entry: Entry, property: string): string {
  if (property === 'email') return entry.address ?? ''
  return property === 'type' ? typeOf(entry) : foldForSearch(nameOf(entry))
}

/** All conditions hold. */
function readCondition(condition: JsonObject): Test {
  const tests = Object.entries(condition).map(([name, value]) => {
    const read = readers[name]
    if (read === undefined) throw new MethodError('unsupportedFilter')
    return read(value, name)
  })
  return (entry) => tests.every((isTrue) => isTrue(entry))
}

const contains =
  (...textsOf: readonly ((entry: Entry) => string)[]) =>
  (value: Json, name: string): Test => {
    const needle = foldForSearch(textIn(value, name))
    return (entry) => textsOf.some((of) => foldForSearch(of(entry)).includes(needle))
  }
const addressOf = ({ address }: Entry): string => address ?? ''
const aboutOf = ({ about }: Entry): string => about

const readers: Readonly<Record<string, (value: Json, name: string) => Test>> = {
  accountIds: (value, name) => {
    if (!isStrings(value)) throw wrongType(name)
    const ids = new Set(value)
    return ({ accountId }) => accountId !== undefined && ids.has(accountId)
  },
  email: contains(addressOf),
  name: contains(nameOf),
  text: contains(nameOf, addressOf, aboutOf),
  type: (value, name) => {
    const type = textIn(value, name)
    return (entry) => typeOf(entry) === type
  },
  timeZone: (value, name) => {
    textIn(value, name)
    // Nobody's is known.
    return () => false
  },
}

function textIn(value: Json, name: string): string {
  if (typeof value !== 'string') throw wrongType(name)
  return value
}

function wrongType(name: string): MethodError {
  return invalidArguments(`The filter ${name} is of the wrong type`)
}
