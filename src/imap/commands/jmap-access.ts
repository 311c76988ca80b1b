/** GETJMAPACCESS: where the same mail is to be had by JMAP. RFC 9698 §3. */
import { command, no, noArguments, ok, signedInStates } from '../command.ts'

export const getJmapAccess = command({
  states: signedInStates,
  parse: noArguments,
  run(session) {
    const url = session.jmapUrl
    if (url === undefined) return no('What you signed in with does not open JMAP', 'CANNOT')
    session.writer.untagged(`JMAPACCESS "${url}"`)
    return ok('That is where')
  },
})
