/**
 * A verb of HTTP: somebody makes a browser talk to us, and what follows are lines a stranger chose.
 * The connection ends before they are read.
 */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function foreign(session: Session): void {
  session.sayGoodbye(replies.notSmtp)
}
