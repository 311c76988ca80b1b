/** ShareNotification/set: they are put aside, and nothing else. RFC 9670 §3.5. */
import { principalsCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import { principalsAccountOf } from '../principal/principal.ts'
import { noticesOf, stateOf } from './share-notification.ts'

export const shareNotificationSet: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const forbidden = async (): Promise<never> => {
      throw new SetRefusal({ type: 'forbidden' })
    }
    const destroy = async (id: string): Promise<void> => {
      if (noticesOf(account).every((each) => each.id !== id))
        throw new SetRefusal({ type: 'notFound' })
      await call.parts.sharing.dismiss(call, id)
    }
    const verbs = { create: forbidden, update: forbidden, destroy }
    return call.turns.run(`${account.id} notices`, () =>
      answerSet(call, { accountId: account.id, stateOf: async () => stateOf(account), verbs }),
    )
  },
}
