/** STARTTLS. RFC 3207 §4; what was sent in clear behind it is thrown away (§6). */
import { replies } from '../replies.ts'
import type { Session } from './types.ts'

export function starttls(session: Session, argument: string): void | Promise<void> {
  if (argument !== '') session.refuse(replies.noArguments)
  else if (session.connection.tls !== undefined) session.refuse(replies.tlsAlready)
  else if (!session.connection.canUpgrade) session.refuse(replies.tlsUnavailable)
  else if (session.helo === undefined) session.refuse(replies.heloFirst)
  else return session.upgrade(replies.tlsGo)
}
