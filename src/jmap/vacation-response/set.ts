/** VacationResponse/set: updates of the one there is. RFC 8621 §8.2, RFC 8620 §5.3. */
import { secondMs } from '../../base/clock.ts'
import type { VacationChange } from '../../directory/write/set-vacation.ts'
import { vacationSubjectCharactersMax } from '../../directory/limits.ts'
import { parseUtcDate } from '../core/arguments.ts'
import { vacationCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import {
  singletonId,
  stateOf,
  vacationAccountOf,
  vacationOf,
  type VacationResponse,
} from './vacation-response.ts'

export const vacationResponseSet: Method = {
  capability: vacationCapability,
  async run(call) {
    const account = vacationAccountOf(call)
    const { vacations } = call.parts
    const singleton = async (): Promise<never> => {
      throw new SetRefusal({ type: 'singleton' })
    }
    const update = async (id: string, patch: JsonObject): Promise<object | null> => {
      if (id !== singletonId) throw new SetRefusal({ type: 'notFound' })
      const change = changeOf(vacationOf(account), patch)
      if (Object.keys(change).length > 0) await vacations.change(call, account.id, change)
      return otherwise(vacationOf(account), patch)
    }
    const verbs = { create: singleton, update, destroy: singleton }
    return call.turns.run(`${account.id} vacation`, () =>
      answerSet(call, { accountId: account.id, stateOf: async () => stateOf(account), verbs }),
    )
  },
}

function changeOf(now: VacationResponse, patch: JsonObject): VacationChange {
  const wrong: string[] = []
  let change: VacationChange = {}
  for (const [name, value] of Object.entries(patch)) {
    const read = name === 'id' && value === singletonId ? {} : readers[name]?.(value)
    if (read === undefined) wrong.push(name)
    else change = { ...change, ...read }
  }
  if (wrong.length > 0) throw invalidProperties(...wrong)
  const { from, to } = {
    from: parseUtcDate(now.fromDate),
    to: parseUtcDate(now.toDate),
    ...change,
  }
  if (from !== undefined && to !== undefined && to <= from)
    throw invalidProperties('fromDate', 'toDate')
  return change
}

/** What is not as the client said it: dates are kept to the second. */
function otherwise(now: VacationResponse, patch: JsonObject): object | null {
  const other = Object.entries(now).filter(([name, value]) => (patch[name] ?? value) !== value)
  return other.length === 0 ? null : Object.fromEntries(other)
}

/** Null takes it away. Undefined: it is of the wrong type. */
const readers: Readonly<Record<string, (value: Json) => VacationChange | undefined>> = {
  isEnabled: (value) => (typeof value === 'boolean' ? { isEnabled: value } : undefined),
  fromDate: (value) => dateOf(value, (from) => ({ from })),
  toDate: (value) => dateOf(value, (to) => ({ to })),
  subject: (value) => textOf(value, (subject) => ({ subject }), isSubject),
  textBody: (value) => textOf(value, (text) => ({ text })),
  htmlBody: (value) => textOf(value, (html) => ({ html })),
}

function dateOf(
  value: Json,
  make: (at: number | undefined) => VacationChange,
): VacationChange | undefined {
  if (value === null) return make(undefined)
  const at = parseUtcDate(value)
  return at === undefined ? undefined : make(Math.floor(at / secondMs) * secondMs)
}

/** How long both texts may be together is the directory's to say. */
function textOf(
  value: Json,
  make: (text: string | undefined) => VacationChange,
  isRight: (text: string) => boolean = () => true,
): VacationChange | undefined {
  if (value === null) return make(undefined)
  return typeof value === 'string' && isRight(value) ? make(value) : undefined
}

function isSubject(text: string): boolean {
  return text.length <= vacationSubjectCharactersMax && !/[\p{Cc}\u2028\u2029]/u.test(text)
}
