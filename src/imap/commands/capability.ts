/** CAPABILITY. RFC 9051 §6.1.1. */
import { capabilitiesOf } from '../capabilities.ts'
import { anyState, command, noArguments, ok } from '../command.ts'

export const capability = command({
  states: anyState,
  parse: noArguments,
  run(session) {
    session.writer.untagged(`CAPABILITY ${capabilitiesOf(session)}`)
    return ok('That is what is possible now')
  },
})
