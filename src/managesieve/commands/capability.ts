/** CAPABILITY. RFC 5804 §2.4. */
import type { Session } from '../session.ts'

export function capability(session: Session): void {
  session.greet('That is all')
}
