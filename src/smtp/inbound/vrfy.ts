/** VRFY: never says who exists. RFC 5321 §4.1.1.6, §7.3. */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function vrfy(session: Session, argument: string): void {
  if (argument === '') session.refuse(replies.badArguments)
  else session.say(replies.cannotVerify)
}
