/** ShareNotification/get and /changes. RFC 9670 §3.3, §3.4. */
import { principalsCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { principalsAccountOf } from '../principal/principal.ts'
import { noticesOf, notificationProperties, presentNotice, stateOf } from './share-notification.ts'

export const shareNotificationGet: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const ids = idsOfGet(call.args)
    const asked = propertiesOf(call.args, notificationProperties)
    call.args.end()
    const byId = new Map(noticesOf(account).map((each) => [each.id, each]))
    const wanted = ids ?? [...byId.keys()]
    requireFew(wanted.length)
    const found = wanted.flatMap((id) => byId.get(id) ?? [])
    const list = await Promise.all(
      found.map(async (notice) => pick(await presentNotice(account, notice), asked)),
    )
    const notFound = wanted.filter((id) => !byId.has(id))
    return { accountId: account.id, state: stateOf(account), list, notFound }
  },
}

export const shareNotificationChanges: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const oldState = call.args.string('sinceState')
    const maxChanges = call.args.unsigned('maxChanges')
    call.args.end()
    if (maxChanges === 0) throw invalidArguments('maxChanges must be more than 0')
    const newState = stateOf(account)
    // There are few: who missed something reads them all.
    if (oldState !== newState) throw new MethodError('cannotCalculateChanges')
    const nothing = { hasMoreChanges: false, created: [], updated: [], destroyed: [] }
    return { accountId: account.id, oldState, newState, ...nothing }
  },
}
