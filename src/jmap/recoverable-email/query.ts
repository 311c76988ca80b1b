/** RecoverableEmail/query: what can be had back, latest deleted first. A method of our own (ADR 0038). */
import { recoverableCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { recoverablePageMax } from '../limits.ts'
import { permitRecover } from './recoverable-email.ts'

export const recoverableEmailQuery: Method = {
  capability: recoverableCapability,
  async run(call) {
    const account = accountOf(call)
    const position = call.args.unsigned('position') ?? 0
    const asked = call.args.unsigned('limit') ?? recoverablePageMax
    call.args.end()
    permitRecover(account)
    const limit = Math.min(asked, recoverablePageMax)
    const { store } = account.parts
    const { state } = await account.read()
    const [total, items] = await Promise.all([
      store.countRecoverable(account.id),
      store.recoverable(account.id, { position, limit }),
    ])
    return {
      accountId: account.id,
      queryState: state,
      canCalculateChanges: false,
      position,
      ids: items.map(({ messageId }) => messageId),
      total,
      ...(limit < asked && { limit }),
    }
  },
}
