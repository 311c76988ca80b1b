/** Principal/get and Principal/changes. RFC 9670 §2.1, §2.2. */
import { principalsCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import {
  presentPrincipals,
  principalProperties,
  principalsAccountOf,
  shownTo,
  stateOf,
  takePace,
} from './principal.ts'

export const principalGet: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const ids = idsOfGet(call.args)
    const asked = propertiesOf(call.args, principalProperties)
    call.args.end()
    const shown = shownTo(account)
    requireFew((ids ?? shown.entries).length)
    const found = ids === undefined ? shown.entries : ids.flatMap((id) => shown.find(id) ?? [])
    takePace(call, found.length)
    const list = presentPrincipals(account, found).map((each) => pick(each, asked))
    const notFound = (ids ?? []).filter((id) => shown.find(id) === undefined)
    return { accountId: account.id, state: shown.digest, list, notFound }
  },
}

export const principalChanges: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const oldState = call.args.string('sinceState')
    const maxChanges = call.args.unsigned('maxChanges')
    call.args.end()
    if (maxChanges === 0) throw invalidArguments('maxChanges must be more than 0')
    const newState = stateOf(account)
    // What the directory showed before is not kept here.
    if (oldState !== newState) throw new MethodError('cannotCalculateChanges')
    const nothing = { hasMoreChanges: false, created: [], updated: [], destroyed: [] }
    return { accountId: account.id, oldState, newState, ...nothing }
  },
}
