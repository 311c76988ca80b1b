/** LOGOUT. RFC 9051 §6.1.3. */
import { anyState, command, noArguments, type Done } from '../command.ts'

export const logout = command({
  states: anyState,
  tellsExpunges: false,
  parse: noArguments,
  run(session): Done {
    session.deselect()
    session.writer.untagged('BYE Goodbye')
    session.hasLoggedOut = true
    return { status: 'OK', text: 'You are signed out', after: () => session.channel.hangUp() }
  },
})
