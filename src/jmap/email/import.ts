/** Email/import: messages from blobs. RFC 8621 §4.8. */
import type { Millis } from '../../base/clock.ts'
import { parseDate } from '../../mime/date.ts'
import { findValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import type { HeaderField } from '../../mime/types.ts'
import { openBlob } from '../blob/blob.ts'
import type { Account } from '../core/account.ts'
import { isId } from '../core/arguments.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { isObject, type JsonObject } from '../core/json.ts'
import {
  invalidArguments,
  invalidProperties,
  MethodError,
  setErrorWithin,
  SetRefusal,
} from '../core/method-error.ts'
import { objectsInSetMax } from '../limits.ts'
import { putMessage, readPlace } from './put.ts'

export const emailImport: Method = {
  capability: mailCapability,
  async run(call) {
    const { args } = call
    const account = accountOf(call)
    account.requireWritable()
    const ifInState = args.stringOrNull('ifInState')
    const emails = args.object('emails')
    args.end()
    if (emails === undefined) throw invalidArguments('emails is missing')
    const entries = Object.entries(emails)
    if (entries.length > objectsInSetMax) throw new MethodError('requestTooLarge')
    // Before anything is done: an error of the method changes nothing (RFC 8620 §3.6.2).
    const isWrong = entries.some(([name, object]) => !isId(name) || !isObject(object))
    if (isWrong) throw invalidArguments('emails is an Id[EmailImport]')
    return call.turns.run(account.id, async () => {
      const { state: oldState } = await account.read()
      if (ifInState !== undefined && ifInState !== oldState) throw new MethodError('stateMismatch')
      const created: Record<string, object> = {}
      const notCreated: Record<string, object> = {}
      for (const [name, object] of entries) {
        if (!isObject(object)) continue
        try {
          const put = await importOne(account, object, (id) => args.resolveId(id))
          created[name] = put
          call.createdIds.set(name, put.id)
        } catch (error) {
          notCreated[name] = setErrorWithin(error, Object.keys(created).length > 0)
        }
      }
      const { state: newState } = await account.read()
      const orNull = (map: object) => (Object.keys(map).length === 0 ? null : map)
      return {
        accountId: account.id,
        oldState,
        newState,
        created: orNull(created),
        notCreated: orNull(notCreated),
      }
    })
  },
}

const settable = ['blobId', 'mailboxIds', 'keywords', 'receivedAt']

async function importOne(account: Account, object: JsonObject, resolve: (id: string) => string) {
  const wrong = Object.keys(object).filter((name) => !settable.includes(name))
  if (wrong.length > 0) throw invalidProperties(...wrong)
  if (typeof object['blobId'] !== 'string') throw invalidProperties('blobId')
  const blobId = resolve(object['blobId'])
  const place = readPlace(account, await account.read(), object, resolve)
  const blob = await openBlob(account, blobId)
  if (blob === undefined) throw invalidProperties('blobId')
  const { octets } = blob
  const { fields } = parseMessage(octets)
  if (fields.length === 0) throw new SetRefusal({ type: 'invalidEmail' })
  const isDated = (object['receivedAt'] ?? null) !== null
  const receivedAt = (isDated ? undefined : lastReceivedAt(octets, fields)) ?? place.receivedAt
  return putMessage(account, octets, { ...place, receivedAt })
}

/** By the topmost Received, where its date can be read: what follows the last semicolon. */
function lastReceivedAt(octets: Buffer, fields: readonly HeaderField[]): Millis | undefined {
  const value = findValue(octets, fields, 'received') ?? ''
  const at = value.lastIndexOf(';')
  return at === -1 ? undefined : parseDate(value.slice(at + 1))?.at
}
