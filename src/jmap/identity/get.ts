/** Identity/get and /changes. RFC 8621 §6.1, §6.2. */
import { submissionCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { identitiesOf, stateOf } from './identity.ts'

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
    const identities = await identitiesOf(account)
    const byId = new Map(identities.map((each) => [each.id, each]))
    const wanted = ids ?? [...byId.keys()]
    requireFew(wanted.length)
    const list = wanted.flatMap((id) => {
      const identity = byId.get(id)
      return identity === undefined ? [] : [pick(identity, wantedProperties)]
    })
    const notFound = wanted.filter((id) => !byId.has(id))
    return { accountId: account.id, state: stateOf(identities), list, notFound }
  },
}

export const identityChanges: Method = {
  capability: submissionCapability,
  async run(call) {
    const account = accountOf(call)
    const sinceState = call.args.string('sinceState')
    const maxChanges = call.args.unsigned('maxChanges')
    call.args.end()
    if (maxChanges === 0) throw invalidArguments('maxChanges must be more than 0')
    const newState = stateOf(await identitiesOf(account))
    // What the directory held before is not kept here.
    if (sinceState !== newState) throw new MethodError('cannotCalculateChanges')
    const nothing = { hasMoreChanges: false, created: [], updated: [], destroyed: [] }
    return { accountId: account.id, oldState: sinceState, newState, ...nothing }
  },
}
