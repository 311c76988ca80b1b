/** SORT and UID SORT, RFC 5256 §3; ESORT, RFC 5267 §3; SORT=DISPLAY, RFC 5957. */
import { command, ok, selectedState, type Done } from '../command.ts'
import { Progress } from '../progress.ts'
import { keepContext } from '../search/contexts.ts'
import { findMessages, savedOf } from '../search/find.ts'
import { searchGround } from '../search/ground.ts'
import { tellExtended } from '../search/tell-extended.ts'
import type { Session } from '../session.ts'
import { compareBy } from '../sort/compare.ts'
import { readSortKeys } from '../sort/keys.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseSort, type SortRequest } from '../wire/parse-sort.ts'

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
  const keyed = await readSortKeys(session, { view, uids: found, criteria, progress })
  const sorted = keyed.toSorted(compareBy(criteria))
  const uids = sorted.map(({ uid }) => uid)
  if (returns?.isSave === true) view.savedUids = savedOf(uids, returns)
  const numbers = isUid ? uids : uids.map((uid) => view.indexOfUid(uid) + 1)
  if (returns === undefined) {
    session.writer.untagged(`SORT${numbers.map((number) => ` ${number}`).join('')}`)
  } else tellExtended(session, numbers, { tag, isUid, returns, modSeq: undefined })
  if (returns?.isUpdate === true) {
    keepContext(session, { key, tag, isUid, uids, sort: { criteria, sorted } })
  }
  return ok('Sorted')
}
