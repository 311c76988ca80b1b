/** STARTTLS. RFC 9051 §6.2.1. */
import { command, noArguments, strangerState, type Done } from '../command.ts'

export const starttls = command({
  states: strangerState,
  parse: noArguments,
  run({ channel }): Done {
    if (!channel.canStartTls) return { status: 'BAD', text: 'TLS cannot be started here' }
    return { status: 'OK', text: 'Begin TLS now', after: () => channel.startTls() }
  },
})
