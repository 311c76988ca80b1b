/** SORT and UID SORT, RFC 5256 §3; ESORT, RFC 5267 §3; SORT=DISPLAY, RFC 5957; RFC 6203 §6. */
import { command, ok, selectedState, type Done } from '../command.ts'
import { Progress } from '../progress.ts'
import { keepContext } from '../search/contexts.ts'
import { findMessages, savedOf } from '../search/find.ts'
import { searchGround } from '../search/ground.ts'
import { rateMessages } from '../search/relevancy.ts'
import { tellExtended } from '../search/tell-extended.ts'
import type { Session } from '../session.ts'
import { compareBy } from '../sort/compare.ts'
import { readRanks, readSortKeys, type Reading } from '../sort/keys.ts'
import { sortByRanks } from '../sort/ranks.ts'
import { rankedMin } from '../limits.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Cursor } from '../wire/cursor.ts'
import { isLasting, parseSort, type SortRequest } from '../wire/parse-sort.ts'

export const sort = make(false)
export const uidSort = make(true)

interface Answering {
  readonly tag: string
  readonly isUid: boolean
}

function make(isUid: boolean) {
  return command({
    states: selectedState,
    tellsExpunges: isUid,
    usesNumbers: !isUid,
    parse: (cursor: Cursor, session: Session) => parseSort(cursor, searchGround(session)),
    run: (session, request, tag) => run(session, request, { tag, isUid }),
  })
}

async function run(
  session: Session,
  request: SortRequest,
  { tag, isUid }: Answering,
): Promise<Done> {
  const view = session.mailbox
  const { key, criteria, returns } = request
  const found = await findMessages(session, key, tag, returns)
  const progress = new Progress(session, tag)
  // Their order tells of their contents.
  if (criteria.some(({ kind }) => kind !== 'ARRIVAL' && kind !== 'SIZE')) {
    await session.recordRead(found)
  }
  const scores = isRated(request)
    ? await rateMessages(session, { view, key, uids: found })
    : undefined
  const reading = { view, uids: found, criteria, progress, scores }
  const lasting = criteria.filter(isLasting)
  const isRanked = lasting.length === criteria.length && isOfMany(view, found, returns)
  const { uids, sorted } = isRanked
    ? { uids: sortByRanks(found, await readRanks(session, { ...reading, criteria: lasting })) }
    : await sortByKeys(session, reading)
  if (returns?.isSave === true) view.savedUids = savedOf(uids, returns)
  const numbers = isUid ? uids : uids.map((uid) => view.indexOfUid(uid) + 1)
  if (returns === undefined) {
    session.writer.untagged(numbers.length === 0 ? 'SORT' : `SORT ${numbers.join(' ')}`)
  } else {
    const told = returns.isRelevancy ? uids.map((uid) => scores?.get(uid) ?? 1) : undefined
    tellExtended(session, numbers, { tag, isUid, returns, modSeq: undefined, scores: told })
  }
  if (returns?.isUpdate === true && sorted !== undefined) {
    keepContext(session, { key, tag, isUid, uids, sort: { criteria, sorted } })
  }
  return ok('Sorted')
}

function isRated({ returns, criteria }: SortRequest): boolean {
  return returns?.isRelevancy === true || !criteria.every(isLasting)
}

/** Enough of the mailbox that its order as a whole is worth having, and no result to be kept up to date. */
function isOfMany(
  view: SelectedMailbox,
  found: readonly number[],
  returns: SortRequest['returns'],
): boolean {
  return found.length >= rankedMin && found.length * 8 >= view.count && returns?.isUpdate !== true
}

async function sortByKeys(session: Session, reading: Reading) {
  const keyed = await readSortKeys(session, reading)
  const sorted = keyed.toSorted(compareBy(reading.criteria))
  return { uids: sorted.map(({ uid }) => uid), sorted }
}
