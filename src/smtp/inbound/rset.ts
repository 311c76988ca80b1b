/** RSET: forgets the transaction. RFC 5321 §4.1.1.5. */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function rset(session: Session, argument: string): void {
  if (argument !== '') {
    session.refuse(replies.noArguments)
    return
  }
  session.transaction = undefined
  session.say(replies.ok)
}
