/** CLOSE and UNSELECT. RFC 9051 §6.4.1 and §6.4.2. */
import { command, noArguments, ok, selectedState } from '../command.ts'

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
    const { grant } = place.mount
    if (!isReadOnly && !isGone && session.may('mail.expunge', grant, id)) {
      await session.ports.store.expunge(grant.accountId, id, session.principal.id, undefined)
    }
    session.deselect()
    return ok('Closed')
  },
})
