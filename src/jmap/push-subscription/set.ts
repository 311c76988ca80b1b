/** PushSubscription/set. RFC 8620 §7.2.2. */
import { parsePushKeys } from '../../push/encrypt.ts'
import { deviceClientIdOctetsMax, typesMax, urlOctetsMax } from '../../push/limits.ts'
import {
  WrongCode,
  type NewSubscription,
  type SubscriptionChange,
  type SubscriptionView,
} from '../../push/subscriptions.ts'
import { formatUtcDate, isStrings, parseUtcDate } from '../core/arguments.ts'
import { coreCapability } from '../core/capabilities.ts'
import type { Method, MethodCall } from '../core/call.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidProperties, MethodError, SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import type { PushPart } from '../ports.ts'

/** No account, and no states: they are of a sign-in. */
export const pushSubscriptionSet: Method = {
  capability: coreCapability,
  async run(call) {
    const { push, clock } = call.parts
    // Nothing may be sent out of this platform.
    if (push === undefined) throw new MethodError('forbidden')
    if (call.args.names().some((name) => name === 'accountId' || name === 'ifInState'))
      throw new MethodError('invalidArguments', { description: 'They are of no account' })
    const verbs = {
      create: async (object: JsonObject) => {
        const wanted = parseNew(push, object, clock.now())
        const { id, expiresAt, types } = await push.subscriptions.create(call, wanted)
        // What the client left out, and what was set for it.
        const keys = object['keys'] === undefined ? { keys: null } : {}
        const all = object['types'] === undefined ? { types: types ?? null } : {}
        return { id, ...keys, ...all, expires: formatUtcDate(expiresAt) }
      },
      update: (id: string, patch: JsonObject) => update(call, push, id, patch),
      destroy: (id: string) => push.subscriptions.destroy(call, id),
    }
    return call.turns.run(`${call.principal.id} push`, async () => {
      const {
        accountId: _,
        oldState: __,
        newState: ___,
        ...answer
      } = await answerSet(call, {
        accountId: '',
        stateOf: async () => '',
        verbs,
      })
      return answer
    })
  },
}

async function update(
  call: MethodCall,
  push: PushPart,
  id: string,
  patch: JsonObject,
): Promise<object | null> {
  const mine = await push.subscriptions.list(call.principal)
  const found = mine.find((each) => each.id === id)
  if (found === undefined) throw new SetRefusal({ type: 'notFound' })
  const change = parseChange(found, patch, call.parts.clock.now())
  try {
    const { expiresAt } = await push.subscriptions.change(call, id, change)
    const expires = formatUtcDate(expiresAt)
    return patch['expires'] === undefined || patch['expires'] === expires ? null : { expires }
  } catch (error) {
    if (error instanceof WrongCode) throw invalidProperties('verificationCode')
    throw error
  }
}

function parseNew(push: PushPart, object: JsonObject, now: number): NewSubscription {
  const { deviceClientId, url, keys = null, verificationCode = null, ...more } = object
  const { expires = null, types = null, ...others } = more
  const parsedKeys = keysOf(keys)
  const wrong = [
    ...Object.keys(others),
    ...(isText(deviceClientId, deviceClientIdOctetsMax) ? [] : ['deviceClientId']),
    ...(isText(url, urlOctetsMax) && push.mayPushTo(url) ? [] : ['url']),
    ...(parsedKeys === 'wrong' ? ['keys'] : []),
    ...(verificationCode === null ? [] : ['verificationCode']),
    ...(isExpiry(expires, now) ? [] : ['expires']),
    ...(isTypes(types) ? [] : ['types']),
  ]
  if (wrong.length > 0) throw invalidProperties(...wrong)
  return {
    // They are texts: looked at above.
    deviceClientId: deviceClientId as string,
    url: url as string,
    ...(parsedKeys === undefined || parsedKeys === 'wrong' ? {} : { keys: parsedKeys }),
    ...(types === null ? {} : { types: types as readonly string[] }),
    expiresAt: parseUtcDate(expires),
  }
}

/** RFC 8620 §5.3: what cannot be changed may be said as it is. */
function parseChange(found: SubscriptionView, patch: JsonObject, now: number): SubscriptionChange {
  const { verificationCode: code, expires, types, ...more } = patch
  const { id = found.id, deviceClientId = found.deviceClientId, ...others } = more
  // As /get shows it.
  const verificationCode = code ?? undefined
  const wrong = [
    ...Object.keys(others),
    ...(id === found.id ? [] : ['id']),
    ...(deviceClientId === found.deviceClientId ? [] : ['deviceClientId']),
    ...(verificationCode === undefined || isText(verificationCode, 255)
      ? []
      : ['verificationCode']),
    ...(expires === undefined || isExpiry(expires, now) ? [] : ['expires']),
    ...(types === undefined || isTypes(types) ? [] : ['types']),
  ]
  if (wrong.length > 0) throw invalidProperties(...wrong)
  return {
    // They are of these types: looked at above.
    ...(verificationCode === undefined ? {} : { code: verificationCode as string }),
    ...(expires === undefined ? {} : { expiresAt: parseUtcDate(expires) }),
    ...(types === undefined ? {} : { types: (types as readonly string[] | null) ?? undefined }),
  }
}

function isText(value: Json | undefined, octetsMax: number): value is string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= octetsMax
}

function isExpiry(value: Json, now: number): boolean {
  const at = parseUtcDate(value)
  return value === null || (at !== undefined && at > now)
}

function isTypes(value: Json): boolean {
  if (value === null) return true
  return isStrings(value) && value.length <= typesMax && value.every((each) => isText(each, 255))
}

/** RFC 8291 §3.1, §3.2. Undefined: none are given. */
function keysOf(value: Json): NewSubscription['keys'] | 'wrong' {
  if (value === null) return undefined
  if (!isObject(value)) return 'wrong'
  const { p256dh, auth, ...others } = value
  const isWhole = typeof p256dh === 'string' && typeof auth === 'string'
  if (!isWhole || Object.keys(others).length > 0) return 'wrong'
  return parsePushKeys(p256dh, auth) === undefined ? 'wrong' : { p256dh, auth }
}
