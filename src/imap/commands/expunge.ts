/** EXPUNGE and UID EXPUNGE. RFC 9051 §6.4.3 and §6.4.9. */
import { flagBits, type Store } from '../../store/types.ts'
import { command, no, ok, selectedState, type Done } from '../command.ts'
import { indexesOf, uidsAt } from '../numbers.ts'
import { isOthers, type Session } from '../session.ts'
import { tellExpunges } from '../updates.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseNumberSet, type NumberSet } from '../wire/sequence-set.ts'

type Expunged = Awaited<ReturnType<Store['expunge']>>

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

/**
 * In his own account all that are \Deleted when the store looks; in somebody else's exactly those of
 * which it is recorded that they go.
 */
export async function expungeAll(session: Session): Promise<Expunged> {
  const { place, id } = session.mailbox
  const { accountId } = place.mount.grant
  const { principal, ports } = session
  if (!isOthers(place.mount.grant))
    return ports.store.expunge(accountId, id, principal.id, undefined)
  const { entries } = await ports.store.entries(accountId, id, principal.id)
  const deleted = entries.filter(({ flags }) => (flags & flagBits['\\Deleted']) !== 0)
  return expungeThese(
    session,
    deleted.map(({ uid }) => uid),
  )
}

export async function expungeThese(session: Session, uids: readonly number[]): Promise<Expunged> {
  const { place, id } = session.mailbox
  const { grant } = place.mount
  if (uids.length > 0) {
    await session.recordChange({ grant, mailboxId: id }, { what: 'delete', uids })
  }
  return session.ports.store.expunge(grant.accountId, id, session.principal.id, uids)
}

async function remove(session: Session, set: NumberSet | undefined): Promise<Done> {
  const view = session.mailbox
  if (view.isReadOnly) return no('The mailbox is open for reading only', 'NOPERM')
  const { grant } = view.place.mount
  session.permit('mail.expunge', grant, view.id)
  const gone = await (set === undefined
    ? expungeAll(session)
    : expungeThese(session, deletedOf(session, set)))
  view.lose(gone.uids, gone.modSeq)
  tellExpunges(session)
  // RFC 7162 §3.2.7: the client learns what it is up to date with.
  const isTold = session.enabled.isQresync && gone.uids.length > 0 && !view.isStale
  return ok('Expunged', isTold ? `HIGHESTMODSEQ ${view.syncedModSeq}` : undefined)
}
