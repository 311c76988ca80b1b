/** LOGOUT. RFC 5804 §2.3. */
import type { Session } from '../session.ts'

export function logout(session: Session): void {
  session.hangUp({ status: 'OK', text: 'Goodbye' })
}
