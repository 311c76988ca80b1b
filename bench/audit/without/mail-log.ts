/** A mail log that keeps nothing, in place of `createMailLog`; it is read as it is. */
import type { MailLog } from '../../../src/audit/mail-log.ts'

export { expireMailLog, listMailLog, readMailLog } from '../../../src/audit/mail-log.ts'

export function createMailLog(): MailLog & AsyncDisposable {
  return {
    append: async () => undefined,
    appendSoon: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
