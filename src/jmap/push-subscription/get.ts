/** PushSubscription/get. RFC 8620 §7.2.1. */
import type { SubscriptionView } from '../../push/subscriptions.ts'
import { formatUtcDate } from '../core/arguments.ts'
import { coreCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { idsOfGet, pick, propertiesOf, requireFew } from '../core/get.ts'
import { MethodError } from '../core/method-error.ts'

/** May be private to a device: they are shown to nobody. */
const hidden = ['url', 'keys'] as const
const shown = ['id', 'deviceClientId', 'verificationCode', 'expires', 'types'] as const

/** No account, and no state: they are of a sign-in. */
export const pushSubscriptionGet: Method = {
  capability: coreCapability,
  async run({ args, parts, principal }) {
    const ids = idsOfGet(args)
    const asked = propertiesOf(args, [...shown, ...hidden])
    args.end()
    if (hidden.some((name) => asked?.has(name))) throw new MethodError('forbidden')
    const all = (await parts.push?.subscriptions.list(principal)) ?? []
    const byId = new Map(all.map((each) => [each.id, each]))
    const wanted = ids ?? [...byId.keys()]
    requireFew(wanted.length)
    const found = wanted.flatMap((id) => byId.get(id) ?? [])
    return {
      list: found.map((each) => pick(present(each), asked)),
      notFound: wanted.filter((id) => !byId.has(id)),
    }
  },
}

function present({ id, deviceClientId, verificationCode, expiresAt, types }: SubscriptionView) {
  return {
    id,
    deviceClientId,
    verificationCode: verificationCode ?? null,
    expires: formatUtcDate(expiresAt),
    types: types ?? null,
  }
}
