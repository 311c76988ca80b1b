/**
 * BDAT (RFC 3030) is not offered. Who sends it nevertheless sends content behind it that would be
 * read as commands, so the connection ends.
 */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function bdat(session: Session): void {
  session.sayGoodbye(replies.notImplemented)
}
