/** Email/copy: from one account into another. RFC 8620 §5.4, RFC 8621 §4.7. */
import type { Account } from '../core/account.ts'
import { isId } from '../core/arguments.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method, type MethodCall } from '../core/call.ts'
import { isObject, type JsonObject } from '../core/json.ts'
import {
  invalidArguments,
  invalidProperties,
  MethodError,
  setErrorWithin,
  SetRefusal,
} from '../core/method-error.ts'
import { objectsInSetMax } from '../limits.ts'
import { readContent } from './get.ts'
import { keywordsOf } from './keywords.ts'
import { putMessage, readPlace } from './put.ts'
import { destroyEmail } from './set.ts'

export const emailCopy: Method = {
  capability: mailCapability,
  async run(call) {
    const { args } = call
    const from = accountOf(call, 'fromAccountId')
    const to = accountOf(call)
    to.requireWritable()
    const create = args.object('create')
    const destroysOriginal = args.boolean('onSuccessDestroyOriginal', false)
    const states = {
      ifFrom: args.stringOrNull('ifFromInState'),
      ifTo: args.stringOrNull('ifInState'),
      destroyFrom: args.stringOrNull('destroyFromIfInState'),
    }
    args.end()
    if (create === undefined) throw invalidArguments('create is missing')
    if (from.id === to.id) throw invalidArguments('Within an account Email/set adds a mailbox')
    if (Object.keys(create).length > objectsInSetMax) throw new MethodError('requestTooLarge')
    // Before anything is done: an error of the method changes nothing (RFC 8620 §3.6.2).
    if (Object.entries(create).some(([name, object]) => !isId(name) || !isObject(object)))
      throw invalidArguments('create is an Id[Email]')
    const { copied, response } = await call.turns.run(to.id, async () => {
      const { state: fromState } = await from.read()
      const { state: oldState } = await to.read()
      const isOther =
        (states.ifFrom !== undefined && states.ifFrom !== fromState) ||
        (states.ifTo !== undefined && states.ifTo !== oldState)
      if (isOther) throw new MethodError('stateMismatch')
      const outcome = await copyAll(call, { from, to, create })
      const { state: newState } = await to.read()
      const accounts = { fromAccountId: from.id, accountId: to.id }
      const { created, notCreated } = outcome
      const orNull = (map: object) => (Object.keys(map).length === 0 ? null : map)
      return {
        copied: outcome.copied,
        response: {
          ...accounts,
          oldState,
          newState,
          created: orNull(created),
          notCreated: orNull(notCreated),
        },
      }
    })
    if (!destroysOriginal || copied.length === 0) return response
    return [
      ['Email/copy', response],
      await call.turns.run(from.id, () => destroyAll(from, copied, states.destroyFrom)),
    ]
  },
}

interface CopyAsked {
  readonly from: Account
  readonly to: Account
  readonly create: JsonObject
}

async function copyAll(call: MethodCall, { from, to, create }: CopyAsked) {
  const created: Record<string, object> = {}
  const notCreated: Record<string, object> = {}
  const copied: string[] = []
  for (const [name, object] of Object.entries(create)) {
    if (!isObject(object)) continue
    try {
      const put = await copyOne(from, to, object, (id) => call.args.resolveId(id))
      created[name] = put.made
      call.createdIds.set(name, put.made.id)
      copied.push(put.from)
    } catch (error) {
      notCreated[name] = setErrorWithin(error, copied.length > 0)
    }
  }
  return { created, notCreated, copied }
}

const settable = ['id', 'mailboxIds', 'keywords', 'receivedAt']

async function copyOne(
  from: Account,
  to: Account,
  object: JsonObject,
  resolve: (id: string) => string,
) {
  const wrong = Object.keys(object).filter((name) => !settable.includes(name))
  if (wrong.length > 0) throw invalidProperties(...wrong)
  const reading = await from.read()
  const { id } = object
  const email = typeof id === 'string' ? reading.find(resolve(id)) : undefined
  if (email === undefined) throw new SetRefusal({ type: 'notFound' })
  await from.recordRead([email], reading)
  const octets = await readContent(from, reading, email)
  if (octets === undefined) throw new SetRefusal({ type: 'notFound' })
  const keywords = keywordsOf(reading.view, reading.placesOf(email))
  const initial = { keywords: Object.fromEntries(keywords.map((name) => [name, true])) }
  const place = readPlace(to, await to.read(), { ...initial, ...object }, resolve)
  const receivedAt = 'receivedAt' in object ? place.receivedAt : email.receivedAt
  return { from: email.id, made: await putMessage(to, octets, { ...place, receivedAt }) }
}

/** RFC 8620 §5.4: an implicit Email/set in the account they come from. */
async function destroyAll(
  from: Account,
  ids: readonly string[],
  ifInState: string | undefined,
): Promise<readonly [string, object]> {
  const { state: oldState } = await from.read()
  if (ifInState !== undefined && ifInState !== oldState) return ['error', { type: 'stateMismatch' }]
  const destroyed: string[] = []
  const notDestroyed: Record<string, object> = {}
  for (const id of ids) {
    try {
      await destroyEmail(from, id)
      destroyed.push(id)
    } catch (error) {
      // What was copied is there by now.
      notDestroyed[id] = setErrorWithin(error, true)
    }
  }
  const { state: newState } = await from.read()
  const refused = Object.keys(notDestroyed).length === 0 ? null : notDestroyed
  return ['Email/set', { accountId: from.id, oldState, newState, destroyed, notDestroyed: refused }]
}
