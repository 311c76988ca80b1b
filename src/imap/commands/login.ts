/** LOGIN. RFC 9051 §6.2.3. */
import { isRefusal } from '../../base/refusal.ts'
import { capabilitiesOf } from '../capabilities.ts'
import { command, no, ok, strangerState, type Done } from '../command.ts'
import type { Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'

export const login = command({
  states: strangerState,
  parse(cursor: Cursor) {
    cursor.space()
    const identity = cursor.astring()
    cursor.space()
    return { identity, password: cursor.astring() }
  },
  async run(session, { identity, password }) {
    if (session.channel.canStartTls) {
      return no('A password must not travel in clear, start TLS first', 'PRIVACYREQUIRED')
    }
    const { access } = session.ports
    const principal = await counted(session, () =>
      access.signIn(session.attempt, identity, password),
    )
    session.signIn(principal)
    return signedIn(session)
  },
})

export function signedIn(session: Session): Done {
  return ok('You are signed in', `CAPABILITY ${capabilitiesOf(session)}`)
}

/** Refused attempts are counted: after some the connection ends. */
export async function counted<T>(session: Session, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (isRefusal(error) && error.code !== 'try-again') session.signInFailures += 1
    throw error
  }
}
