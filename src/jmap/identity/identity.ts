/**
 * Identity/get, /changes and /set. Whom somebody may send as is the directory's to say: identities are
 * read here and never changed. RFC 8621 §6.
 */
import { createHash } from 'node:crypto'
import type { Account } from '../core/account.ts'
import { submissionCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { MethodError, SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'

export interface Identity {
  readonly id: string
  readonly name: string
  readonly email: string
}

export function identitiesOf(account: Account): readonly Identity[] {
  return account.parts
    .identitiesOf(account.principal)
    .filter(({ accountId }) => accountId === account.id)
    .map(({ address, name }) => ({ id: digest(`${account.id} ${address}`), name, email: address }))
}

function digest(text: string): string {
  return `I${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`
}

function stateOf(identities: readonly Identity[]): string {
  return digest(JSON.stringify(identities))
}

const properties = [
  'id',
  'name',
  'email',
  'replyTo',
  'bcc',
  'textSignature',
  'htmlSignature',
  'mayDelete',
]

export const identityGet: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    const wantedProperties = propertiesOf(call.args, properties)
    call.args.end()
    const identities = identitiesOf(account)
    const wanted = ids ?? identities.map(({ id }) => id)
    requireFew(wanted.length)
    const fixed = {
      replyTo: null,
      bcc: null,
      textSignature: '',
      htmlSignature: '',
      mayDelete: false,
    }
    const list = wanted.flatMap((id) => {
      const identity = identities.find((each) => each.id === id)
      return identity === undefined ? [] : [pick({ ...identity, ...fixed }, wantedProperties)]
    })
    const notFound = wanted.filter((id) => identities.every((each) => each.id !== id))
    return { accountId: account.id, state: stateOf(identities), list, notFound }
  },
}

export const identityChanges: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    const sinceState = call.args.string('sinceState')
    call.args.unsigned('maxChanges')
    call.args.end()
    const newState = stateOf(identitiesOf(account))
    // What the directory held before is not kept here.
    if (sinceState !== newState) throw new MethodError('cannotCalculateChanges')
    const nothing = { hasMoreChanges: false, created: [], updated: [], destroyed: [] }
    return { accountId: account.id, oldState: sinceState, newState, ...nothing }
  },
}

export const identitySet: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    const known = (id: string) => identitiesOf(account).some((each) => each.id === id)
    const refuse = (id: string) => {
      throw new SetRefusal({ type: known(id) ? 'forbidden' : 'notFound' })
    }
    const verbs = {
      async create(): Promise<{ readonly id: string }> {
        throw new SetRefusal({ type: 'forbiddenFrom' })
      },
      update: async (id: string) => refuse(id),
      destroy: async (id: string) => refuse(id),
    }
    const readState = async () => stateOf(identitiesOf(account))
    return answerSet(call, { accountId: account.id, stateOf: readState, verbs })
  },
}
