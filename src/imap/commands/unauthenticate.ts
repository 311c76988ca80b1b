/** UNAUTHENTICATE: the connection is kept for somebody else. RFC 8437. */
import { command, no, noArguments, ok, signedInStates } from '../command.ts'

export const unauthenticate = command({
  states: signedInStates,
  tellsExpunges: false,
  parse: noArguments,
  run(session) {
    if (session.channel.isCompressed) return no('Not on a compressed connection', 'CANNOT')
    session.signOut()
    return ok('You are nobody again')
  },
})
