/** EXPN: who is on a list is the list's own business. RFC 5321 §4.1.1.7, §7.3. */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function expn(session: Session): void {
  session.refuse(replies.notImplemented)
}
