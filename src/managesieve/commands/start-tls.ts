/** STARTTLS. RFC 5804 §2.2. */
import type { Session } from '../session.ts'

export async function startTls(session: Session): Promise<void> {
  if (session.connection.canUpgrade) await session.startTls()
  else session.say({ status: 'NO', text: 'The connection is encrypted, or cannot be' })
}
