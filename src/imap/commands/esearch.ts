/** ESEARCH: one search over several mailboxes. RFC 7377. */
import { gatherNames, type Listed } from '../list/gather.ts'
import { matchesFilter } from '../list/match-filter.ts'
import { command, ok, signedInStates, type Done } from '../command.ts'
import { keepContext } from '../search/contexts.ts'
import { hasModSeq, savedOf } from '../search/find.ts'
import { checkCharset, searchGround } from '../search/ground.ts'
import { recordSearch } from '../search/record-search.ts'
import { scoresWanted } from '../search/relevancy.ts'
import { scanMailbox } from '../search/scan.ts'
import { tellExtended } from '../search/tell-extended.ts'
import { SelectedMailbox } from '../selected-mailbox.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { mayRead } from '../recoverable.ts'
import { wireNameOf } from '../namespace.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { formatMailboxName } from '../wire/format-string.ts'
import { parseMailboxFilter, type MailboxFilter } from '../wire/parse-mailbox-filter.ts'
import { parseSearch, type SearchRequest } from '../wire/parse-search.ts'

interface Request extends SearchRequest {
  /** Undefined: the selected mailbox alone. */
  readonly filters: readonly MailboxFilter[] | undefined
}

export const esearch = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session): Request {
    const filters = parseSource(cursor, session)
    const isSelectedOnly = filters === undefined
    const ofSelected = searchGround(session)
    const forgetSaved = isSelectedOnly ? ofSelected.forgetSaved : () => undefined
    const ground = { ...ofSelected, forgetSaved, hasNumbers: false, hasSaved: isSelectedOnly }
    const request = parseSearch(cursor, ground)
    checkCharset(session, request.hasCharset)
    const needsSelected = isSelectedOnly || filters.some(({ kind }) => kind === 'selected')
    if (needsSelected && session.selected === undefined) throw new BadSyntax('Select a mailbox')
    // RFC 7377 §2.2: a saved or living result is one mailbox's.
    if (!isSelectedOnly && (request.returns?.isSave || request.returns?.isUpdate)) {
      throw new BadSyntax('SAVE and UPDATE are for the selected mailbox alone')
    }
    return { filters, ...request }
  },
  run,
})

/** ` IN (…)`, scope options within read over: none is defined (RFC 7377 §2.2). */
function parseSource(cursor: Cursor, session: Session): readonly MailboxFilter[] | undefined {
  const isGiven = cursor.peek(1).toUpperCase() === 'I' && cursor.peek(3) === ' '
  if (!isGiven) return undefined
  cursor.space()
  if (!cursor.tryWord('IN')) throw new BadSyntax('IN is missing')
  cursor.space()
  return cursor.list(() => parseMailboxFilter(cursor, () => parseMailboxName(cursor, session)))
}

async function run(session: Session, request: Request, tag: string): Promise<Done> {
  const { filters, returns } = request
  if (filters === undefined) {
    const uids = await searchOne(session, session.mailbox, request, tag)
    if (returns?.isSave === true) session.mailbox.savedUids = savedOf(uids, returns)
    if (returns?.isUpdate === true) {
      keepContext(session, { key: request.key, tag, isUid: true, uids, sort: undefined })
    }
    return ok('Searched')
  }
  const { selected } = session
  if (selected !== undefined && filters.some(({ kind }) => kind === 'selected')) {
    await searchOne(session, selected, request, tag)
  }
  for (const listed of await gatherNames(session)) {
    if (!filters.some((filter) => matchesFilter(filter, listed))) continue
    if (listed.mailbox?.id === selected?.id && filters.some(({ kind }) => kind === 'selected')) {
      continue
    }
    const view = await openView(session, listed)
    // What is not there, or not his to read, is passed over (RFC 7377 §2.1).
    if (view !== undefined) await searchOne(session, view, request, tag)
  }
  return ok('Searched')
}

async function openView(session: Session, listed: Listed): Promise<SelectedMailbox | undefined> {
  const { mailbox, mount } = listed
  if (mailbox === undefined || mount === undefined) return undefined
  if (!mayRead(session, mailbox, mount.grant)) return undefined
  const { accountId } = mount.grant
  const read = await session.ports.store.columns(accountId, mailbox.id, session.principal.id)
  const place = { mount, name: mailbox.name }
  return new SelectedMailbox(place, read, true)
}

async function searchOne(
  session: Session,
  view: SelectedMailbox,
  { key, returns }: Request,
  tag: string,
): Promise<readonly number[]> {
  const uids = await scanMailbox(session, { view, key, tag })
  await recordSearch(session, view, key, uids)
  const { mount, name } = view.place
  const wireName = formatMailboxName(wireNameOf(mount, name), session.isUtf8)
  const where = ` MAILBOX ${wireName} UIDVALIDITY ${view.uidValidity}`
  const modSeqs = hasModSeq(key) ? uids.map((uid) => view.modSeqAt(view.indexOfUid(uid))) : []
  const modSeq = modSeqs.length > 0 ? modSeqs.reduce((a, b) => Math.max(a, b)) : undefined
  // Nothing is said of a mailbox without a match (RFC 7377 §2.1).
  if (uids.length > 0) {
    const scores = await scoresWanted(session, returns, { view, key, uids })
    tellExtended(session, uids, { tag, isUid: true, returns, modSeq, where, scores })
  }
  return uids
}
