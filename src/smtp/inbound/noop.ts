/** NOOP, with or without an argument that means nothing. RFC 5321 §4.1.1.9. */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function noop(session: Session): void {
  session.say(replies.ok)
}
