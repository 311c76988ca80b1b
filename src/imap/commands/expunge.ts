/** EXPUNGE and UID EXPUNGE. RFC 9051 §6.4.3 and §6.4.9. */
import { flagBits } from '../../store/types.ts'
import { command, no, ok, selectedState, type Done } from '../command.ts'
import { indexesOf, uidsAt } from '../numbers.ts'
import type { Session } from '../session.ts'
import { tellExpunges } from '../updates.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseNumberSet, type NumberSet } from '../wire/sequence-set.ts'

export const expunge = command({
  states: selectedState,
  parse: () => undefined,
  run: (session) => remove(session, undefined),
})

export const uidExpunge = command({
  states: selectedState,
  parse(cursor: Cursor) {
    cursor.space()
    return parseNumberSet(cursor)
  },
  run: (session, set) => remove(session, set),
})

/** Those of the set that are \Deleted; others stay (RFC 9051 §6.4.9). */
function deletedOf(session: Session, set: NumberSet): readonly number[] {
  const view = session.mailbox
  const indexes = indexesOf(view, set, true)
  const isDeleted = (index: number) => (view.flagsAt(index) & flagBits['\\Deleted']) !== 0
  return uidsAt(view, indexes.filter(isDeleted))
}

async function remove(session: Session, set: NumberSet | undefined): Promise<Done> {
  const view = session.mailbox
  if (view.isReadOnly) return no('The mailbox is open for reading only', 'NOPERM')
  const { grant } = view.place.mount
  session.permit('mail.expunge', grant, view.id)
  const uids = set === undefined ? undefined : deletedOf(session, set)
  const { store } = session.ports
  const gone = await store.expunge(grant.accountId, view.id, session.principal.id, uids)
  view.lose(gone.uids, gone.modSeq)
  tellExpunges(session)
  // RFC 7162 §3.2.7: the client learns what it is up to date with.
  const isTold = session.enabled.isQresync && gone.uids.length > 0 && !view.isStale
  return ok('Expunged', isTold ? `HIGHESTMODSEQ ${view.syncedModSeq}` : undefined)
}
