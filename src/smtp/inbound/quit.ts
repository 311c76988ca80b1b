/** QUIT. RFC 5321 §4.1.1.10. */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function quit(session: Session, argument: string): void {
  if (argument !== '') session.refuse(replies.noArguments)
  else session.sayGoodbye(replies.closing)
}
