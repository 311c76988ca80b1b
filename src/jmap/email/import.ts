/** Email/import: messages from blobs. RFC 8621 §4.8. */
import { parseMessage } from '../../mime/parse.ts'
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
  setErrorOf,
  SetRefusal,
} from '../core/method-error.ts'
import { objectsInSetMax } from '../limits.ts'
import { putMessage, readPlace } from './put.ts'

export const emailImport: Method = {
  capability: mailCapability,
  async run(call) {
    const { args } = call
    const account = accountOf(call)
    const ifInState = args.stringOrNull('ifInState')
    const emails = args.object('emails')
    args.end()
    if (emails === undefined) throw invalidArguments('emails is missing')
    const entries = Object.entries(emails)
    if (entries.length > objectsInSetMax) throw new MethodError('requestTooLarge')
    return call.turns.run(account.id, async () => {
      const { state: oldState } = await account.read()
      if (ifInState !== undefined && ifInState !== oldState) throw new MethodError('stateMismatch')
      const created: Record<string, object> = {}
      const notCreated: Record<string, object> = {}
      for (const [name, object] of entries) {
        if (!isId(name) || !isObject(object)) throw invalidArguments('emails is an Id[EmailImport]')
        try {
          const put = await importOne(account, object, (id) => args.resolveId(id))
          created[name] = put
          call.createdIds.set(name, put.id)
        } catch (error) {
          const said = setErrorOf(error)
          if (said === undefined) throw error
          notCreated[name] = said
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
  const { blobId } = object
  if (typeof blobId !== 'string') throw invalidProperties('blobId')
  const place = readPlace(account, await account.read(), object, resolve)
  const blob = await openBlob(account, blobId)
  if (blob === undefined) throw new SetRefusal({ type: 'blobNotFound', notFound: [blobId] })
  const { octets } = blob
  if (parseMessage(octets).fields.length === 0) throw new SetRefusal({ type: 'invalidEmail' })
  return putMessage(account, octets, place)
}
