/** SEARCH and UID SEARCH. RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 7162 §3.1.5. */
import { command, ok, selectedState, type Done } from '../command.ts'
import { decodeSearchText } from '../search/charset.ts'
import { scanMailbox } from '../search/scan.ts'
import { levelOf } from '../search/compile.ts'
import type { Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseSearch, type SearchKey, type SearchReturn } from '../wire/parse-search.ts'
import type { SearchRequest } from '../wire/parse-search.ts'
import { formatNumberSet } from '../wire/sequence-set.ts'

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
    parse(cursor: Cursor, session: Session): SearchRequest {
      const request = parseSearch(cursor, decodeSearchText)
      // RFC 6855 §3: after ENABLE UTF8=ACCEPT there is but one charset.
      if (request.hasCharset && session.enabled.isUtf8Accept) {
        throw new BadSyntax('CHARSET is not allowed after ENABLE UTF8=ACCEPT')
      }
      return request
    },
    run: (session, request, tag) => run(session, request, { tag, isUid }),
  })
}

async function run(session: Session, request: SearchRequest, answering: Answering): Promise<Done> {
  const view = session.mailbox
  const { returns, key } = request
  const asksModSeq = hasModSeq(key)
  if (asksModSeq) session.enabled.isCondstore = true
  const uids = await find(session, key, returns)
  if (returns?.isSave === true) view.savedUids = savedOf(uids, returns)
  const numbers = answering.isUid ? uids : uids.map((uid) => view.indexOfUid(uid) + 1)
  const modSeq = asksModSeq && uids.length > 0 ? highestModSeq(session, uids) : undefined
  if (returns !== undefined || session.enabled.isRev2) {
    tellExtended(session, numbers, { returns, modSeq, ...answering })
  } else {
    const list = numbers.length === 0 ? '' : ` ${numbers.join(' ')}`
    const tail = modSeq === undefined ? '' : ` (MODSEQ ${modSeq})`
    session.writer.untagged(`SEARCH${list}${tail}`)
  }
  return ok('Searched')
}

/** A search that fails leaves nothing saved (RFC 9051 §6.4.4.1). */
async function find(
  session: Session,
  key: SearchKey,
  returns: SearchReturn | undefined,
): Promise<readonly number[]> {
  const view = session.mailbox
  try {
    const uids = await scanMailbox(session, key)
    // Who learns which messages hold a text has read in them.
    const level = levelOf(key)
    if (level === 'summary' || level === 'content') await session.recordRead(uids)
    return uids
  } catch (error) {
    if (returns?.isSave === true) view.savedUids = []
    throw error
  }
}

/** With MIN or MAX and no ALL or COUNT, only what was told is saved (RFC 9051 §6.4.4.1). */
function savedOf(uids: readonly number[], returns: SearchReturn): readonly number[] {
  const { isMin, isMax, isAll, isCount } = returns
  if (isAll || isCount || !(isMin || isMax)) return uids
  const ends = [isMin ? uids.at(0) : undefined, isMax ? uids.at(-1) : undefined]
  return [...new Set(ends.filter((uid) => uid !== undefined))]
}

interface Extended extends Answering {
  readonly returns: SearchReturn | undefined
  readonly modSeq: number | undefined
}

/** ESEARCH, RFC 9051 §7.3.4. */
function tellExtended(session: Session, numbers: readonly number[], extended: Extended): void {
  const { returns, modSeq, tag, isUid } = extended
  let text = `ESEARCH (TAG "${tag}")${isUid ? ' UID' : ''}`
  const isAll = returns === undefined || returns.isAll
  if (numbers.length > 0) {
    if (returns?.isMin === true) text += ` MIN ${numbers.at(0)}`
    if (returns?.isMax === true) text += ` MAX ${numbers.at(-1)}`
    if (isAll) text += ` ALL ${formatNumberSet(numbers)}`
  }
  if (returns?.isCount === true) text += ` COUNT ${numbers.length}`
  if (modSeq !== undefined) text += ` MODSEQ ${modSeq}`
  // With SAVE alone nothing is told (RFC 9051 §6.4.4.1).
  const isSaveOnly = returns?.isSave === true && !(returns.isMin || returns.isMax || isAll)
  if (!isSaveOnly || returns.isCount) session.writer.untagged(text)
}

function highestModSeq(session: Session, uids: readonly number[]): number {
  const view = session.mailbox
  let highest = 0
  for (const uid of uids) highest = Math.max(highest, view.modSeqAt(view.indexOfUid(uid)))
  return highest
}

function hasModSeq(key: SearchKey): boolean {
  if (key.kind === 'not') return hasModSeq(key.key)
  if (key.kind === 'and' || key.kind === 'or') return key.keys.some(hasModSeq)
  return key.kind === 'modseq'
}
