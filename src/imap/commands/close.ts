/** CLOSE and UNSELECT. RFC 9051 §6.4.1 and §6.4.2. */
import { command, noArguments, ok, selectedState } from '../command.ts'
import { expungeAll } from './expunge.ts'

export const unselect = command({
  states: selectedState,
  tellsExpunges: false,
  parse: noArguments,
  run(session) {
    session.deselect()
    return ok('Closed')
  },
})

/** Expunges silently, where he may; a read-only mailbox is just closed. */
export const close = command({
  states: selectedState,
  tellsExpunges: false,
  parse: noArguments,
  async run(session) {
    const { isReadOnly, isGone, place, id } = session.mailbox
    const mayExpunge = session.may('mail.expunge', place.mount.grant, id)
    if (!isReadOnly && !isGone && mayExpunge) await expungeAll(session)
    session.deselect()
    return ok('Closed')
  },
})
