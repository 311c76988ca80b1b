/** UNAUTHENTICATE: the connection is for somebody else. RFC 5804 §2.14.1. */
import type { Session } from '../session.ts'

export function unauthenticate(session: Session): void {
  session.unauthenticate()
  session.say({ status: 'OK', text: 'You are signed out' })
}
