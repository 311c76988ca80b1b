/** SEARCH and UID SEARCH. RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 7162 §3.1.5, RFC 5267 §4, RFC 6203 §4. */
import { command, ok, selectedState, type Done } from '../command.ts'
import { keepContext } from '../search/contexts.ts'
import { findMessages, hasModSeq, savedOf } from '../search/find.ts'
import { checkCharset, searchGround } from '../search/ground.ts'
import { scoresWanted } from '../search/relevancy.ts'
import { tellExtended } from '../search/tell-extended.ts'
import type { Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseSearch, type SearchRequest } from '../wire/parse-search.ts'

export const search = make(false)
export const uidSearch = make(true)

interface Answering {
  readonly tag: string
  readonly isUid: boolean
}

function make(isUid: boolean) {
  return command({
    states: selectedState,
    tellsExpunges: isUid,
    usesNumbers: !isUid,
    parse(cursor: Cursor, session: Session): SearchRequest {
      const request = parseSearch(cursor, searchGround(session))
      checkCharset(session, request.hasCharset)
      return request
    },
    run: (session, request, tag) => run(session, request, { tag, isUid }),
  })
}

async function run(session: Session, request: SearchRequest, answering: Answering): Promise<Done> {
  const view = session.mailbox
  const { returns, key } = request
  const { tag, isUid } = answering
  const uids = await findMessages(session, key, tag, returns)
  if (returns?.isSave === true) view.savedUids = savedOf(uids, returns)
  const numbers = isUid ? uids : uids.map((uid) => view.indexOfUid(uid) + 1)
  const modSeq = hasModSeq(key) && uids.length > 0 ? highestModSeq(session, uids) : undefined
  if (returns !== undefined || session.enabled.isRev2) {
    const scores = await scoresWanted(session, returns, { view, key, uids })
    tellExtended(session, numbers, { returns, modSeq, scores, ...answering })
  } else {
    const list = numbers.length === 0 ? '' : ` ${numbers.join(' ')}`
    const tail = modSeq === undefined ? '' : ` (MODSEQ ${modSeq})`
    session.writer.untagged(`SEARCH${list}${tail}`)
  }
  if (returns?.isUpdate === true) keepContext(session, { key, tag, isUid, uids, sort: undefined })
  return ok('Searched')
}

function highestModSeq(session: Session, uids: readonly number[]): number {
  const view = session.mailbox
  let highest = 0
  for (const uid of uids) highest = Math.max(highest, view.modSeqAt(view.indexOfUid(uid)))
  return highest
}
