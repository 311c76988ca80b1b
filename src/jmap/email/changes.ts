/** Email/changes. RFC 8621 §4.3. */
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { answerChanges, findEmailChanges } from '../core/changes.ts'

export const emailChanges: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const reading = await account.read()
    const { page } = await answerChanges(call, reading, findEmailChanges)
    return { accountId: account.id, ...page }
  },
}
