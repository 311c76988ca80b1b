/** HELP. RFC 5321 §4.1.1.8. */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function help(session: Session): void {
  session.say(replies.help)
}
