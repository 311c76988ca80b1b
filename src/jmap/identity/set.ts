/** Identity/set: how somebody signs, and more ways to sign one address. RFC 8621 §6.3. */
import { newId } from '../../base/id.ts'
import type { Account } from '../core/account.ts'
import { submissionCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import { isAddress } from '../email/write-header.ts'
import { identityAddressesMax, identityNameCharactersMax } from '../limits.ts'
import {
  identitiesOf,
  settingsOf,
  stateOf,
  unsigned,
  type EmailAddress,
  type Identity,
  type KeptSigning,
} from './identity.ts'

export const identitySet: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    const verbs = {
      create: (object: JsonObject) => create(account, object),
      update: (id: string, patch: JsonObject) => update(account, id, patch),
      destroy: (id: string) => destroy(account, id),
    }
    const readState = async () => stateOf(await identitiesOf(account))
    return call.turns.run(`${account.id} identity`, () =>
      answerSet(call, { accountId: account.id, stateOf: readState, verbs }),
    )
  },
}

async function create(account: Account, object: JsonObject) {
  const { email, ...rest } = object
  if (typeof email !== 'string') throw invalidProperties('email')
  const { parts, principal } = account
  const his = parts.identitiesOf(principal).find(({ accountId, address }) => {
    return accountId === account.id && address.toLowerCase() === email.toLowerCase()
  })
  if (his === undefined) throw new SetRefusal({ type: 'forbiddenFrom' })
  const signing = signingOf(rest, { name: '', ...unsigned })
  const id = newId(parts.clock)
  await keep(account, id, { ...signing, email: his.address })
  const made = { id, ...signing, email: his.address, mayDelete: true }
  // What the client does not know yet.
  const unknown = Object.entries(made).filter(([name, value]) => object[name] !== value)
  return { id, ...Object.fromEntries(unknown) }
}

async function update(account: Account, id: string, patch: JsonObject): Promise<null> {
  const identity = await findOne(account, id)
  const { id: _, email, mayDelete, ...before } = identity
  const rest = Object.entries(patch).filter(([name, value]) => {
    // RFC 8620 §5.3: what cannot be changed may be said again as it is.
    return !(
      (name === 'id' || name === 'email' || name === 'mayDelete') &&
      value === identity[name]
    )
  })
  const signing = signingOf(Object.fromEntries(rest), before)
  await keep(account, id, mayDelete ? { ...signing, email } : signing)
  return null
}

async function destroy(account: Account, id: string): Promise<void> {
  const { mayDelete } = await findOne(account, id)
  if (!mayDelete) throw new SetRefusal({ type: 'forbidden' })
  await account.parts.store.putSetting(settingsOf(account), id, undefined)
}

async function findOne(account: Account, id: string): Promise<Identity> {
  const found = (await identitiesOf(account)).find((each) => each.id === id)
  if (found === undefined) throw new SetRefusal({ type: 'notFound' })
  return found
}

function keep(account: Account, id: string, signing: KeptSigning): Promise<void> {
  return account.parts.store.putSetting(settingsOf(account), id, signing)
}

/** `before` with what the client wrote; null is as it is by default. */
function signingOf(given: JsonObject, before: KeptSigning): KeptSigning {
  const wrong: string[] = []
  const made: Record<string, unknown> = { ...before }
  for (const [name, value] of Object.entries(given)) {
    const read = readers[name]?.(value)
    if (read === undefined) wrong.push(name)
    else made[name] = read
  }
  if (wrong.length > 0) throw invalidProperties(...wrong)
  // Each property is of `before`, or was read by the reader of its name.
  return made as unknown as KeptSigning
}

/** Undefined: it is of the wrong type. */
const readers: Readonly<Record<string, (value: Json) => unknown>> = {
  name: (value) => textOf(value, identityNameCharactersMax),
  replyTo: addressesOf,
  bcc: addressesOf,
  textSignature: (value) => textOf(value, Infinity),
  htmlSignature: (value) => textOf(value, Infinity),
}

/** How long a signature may be in all is the store's to say. */
function textOf(value: Json, charactersMax: number): string | undefined {
  if (value === null) return ''
  return typeof value === 'string' && value.length <= charactersMax ? value : undefined
}

function addressesOf(value: Json): readonly EmailAddress[] | null | undefined {
  if (value === null) return null
  if (!Array.isArray(value) || value.length > identityAddressesMax) return undefined
  const read = value.map((each: Json) => addressOf(each))
  return read.includes(undefined) ? undefined : read.flatMap((each) => each ?? [])
}

function addressOf(value: Json): EmailAddress | undefined {
  if (!isObject(value)) return undefined
  const { name = null, email, ...more } = value
  if (typeof email !== 'string' || !isAddress(email) || Object.keys(more).length > 0)
    return undefined
  return name === null || typeof name === 'string' ? { name, email } : undefined
}
