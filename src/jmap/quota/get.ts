/** Quota/get and Quota/changes. RFC 9425 §4.2, §4.3. */
import { quotaCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import { parseState, quotaProperties, quotasOf, stateOf } from './quota.ts'

export const quotaGet: Method = {
  capability: quotaCapability,
  async run(call) {
    const account = accountOf(call)
    const ids = idsOfGet(call.args)
    const asked = propertiesOf(call.args, quotaProperties)
    call.args.end()
    const quotas = await quotasOf(account)
    const wanted = ids ?? quotas.map(({ id }) => id)
    requireFew(wanted.length)
    const list = wanted.flatMap((wish) => {
      const found = quotas.find(({ id }) => id === wish)
      return found === undefined ? [] : [pick(found, asked)]
    })
    const notFound = wanted.filter((wish) => quotas.every(({ id }) => id !== wish))
    return { accountId: account.id, state: stateOf(quotas), list, notFound }
  },
}

export const quotaChanges: Method = {
  capability: quotaCapability,
  async run(call) {
    const account = accountOf(call)
    const oldState = call.args.string('sinceState')
    const maxChanges = call.args.unsigned('maxChanges')
    call.args.end()
    // There are two at most: any number is enough for what changed.
    if (maxChanges === 0) throw invalidArguments('maxChanges must be more than 0')
    const before = parseState(oldState)
    if (before === undefined) throw new MethodError('cannotCalculateChanges')
    const quotas = await quotasOf(account)
    const updated = quotas.filter(({ id, used, hardLimit }) => {
      const was = before.get(id)
      return was !== undefined && (was.used !== used || was.hardLimit !== hardLimit)
    })
    const created = quotas.filter(({ id }) => !before.has(id)).map(({ id }) => id)
    const destroyed = [...before.keys()].filter((was) => quotas.every(({ id }) => id !== was))
    if (maxChanges === 1 && updated.length + created.length + destroyed.length > 1)
      throw new MethodError('cannotCalculateChanges')
    const isUsedOnly = updated.every(({ id, hardLimit }) => before.get(id)?.hardLimit === hardLimit)
    return {
      accountId: account.id,
      oldState,
      newState: stateOf(quotas),
      hasMoreChanges: false,
      updatedProperties: updated.length > 0 && isUsedOnly ? ['used'] : null,
      created,
      updated: updated.map(({ id }) => id),
      destroyed,
    }
  },
}
