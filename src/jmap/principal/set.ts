/** Principal/set: who there is, is the directory's keepers' to say. RFC 9670 §2.3. */
import { principalsCapability } from '../core/capabilities.ts'
import type { Method } from '../core/call.ts'
import { SetRefusal } from '../core/method-error.ts'
import { answerSet } from '../core/set.ts'
import { principalsAccountOf, stateOf } from './principal.ts'

export const principalSet: Method = {
  capability: principalsCapability,
  async run(call) {
    const account = principalsAccountOf(call)
    const forbidden = async (): Promise<never> => {
      throw new SetRefusal({ type: 'forbidden' })
    }
    const verbs = { create: forbidden, update: forbidden, destroy: forbidden }
    const readState = async () => stateOf(account)
    return answerSet(call, { accountId: account.id, stateOf: readState, verbs })
  },
}
