/** STORE and UID STORE. RFC 9051 §6.4.6, RFC 7162 §3.1.3, RFC 4314 §4. */
import { Refusal } from '../../base/refusal.ts'
import { flagBits, type FlagChange, type FlagsStored } from '../../store/types.ts'
import { command, no, ok, selectedState, type Done } from '../command.ts'
import { changeableBits } from '../flag-rights.ts'
import { indexesOf, uidsAt } from '../numbers.ts'
import type { Session } from '../session.ts'
import { tellFlags, tellNewKeywords } from '../updates.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseFlags } from '../wire/flags.ts'
import { formatNumberSet, parseNumberSet, type NumberSet } from '../wire/sequence-set.ts'

interface Request {
  readonly set: NumberSet
  readonly change: FlagChange
  readonly isSilent: boolean
  readonly unchangedSince: number | undefined
}

export const store = make(false)
export const uidStore = make(true)

function make(isUid: boolean) {
  return command({
    states: selectedState,
    tellsExpunges: isUid,
    parse,
    run: (session, request) => change(session, request, isUid),
  })
}

function parse(cursor: Cursor): Request {
  cursor.space()
  const set = parseNumberSet(cursor)
  cursor.space()
  let unchangedSince: number | undefined
  if (cursor.peek() === '(') {
    cursor.list(() => {
      if (cursor.word() !== 'UNCHANGEDSINCE') throw new BadSyntax('There is no such modifier')
      cursor.space()
      unchangedSince = cursor.number64()
    })
    cursor.space()
  }
  const item = /^([+-]?)FLAGS(\.SILENT)?$/.exec(cursor.word())
  if (item === null) throw new BadSyntax('There is no such item')
  const modes = { '+': 'add', '-': 'remove' } as const
  const mode = item[1] === '+' || item[1] === '-' ? modes[item[1]] : 'replace'
  cursor.space()
  const { bits, keywords } = parseFlags(cursor)
  const isSilent = item[2] !== undefined
  return { set, change: { mode, flags: bits, keywords }, isSilent, unchangedSince }
}

async function change(session: Session, request: Request, isUid: boolean): Promise<Done> {
  const view = session.mailbox
  const { unchangedSince } = request
  const indexes = indexesOf(view, request.set, isUid)
  if (view.isReadOnly) return no('The mailbox is open for reading only', 'NOPERM')
  if (unchangedSince !== undefined) session.enabled.isCondstore = true
  if (indexes.length === 0) return ok('No such messages')
  const stored = await write(session, request, uidsAt(view, indexes))
  view.adopt(stored.entries)
  tellNewKeywords(session)
  await tellAll(session, request, stored, isUid)
  const isMissing = indexes.some((index) => view.isVanished(view.uidAt(index)))
  return answer(session, stored.modified, isUid, isMissing)
}

function write(session: Session, request: Request, uids: readonly number[]): Promise<FlagsStored> {
  const view = session.mailbox
  const { grant } = view.place.mount
  const changes = permitted(session, request.change)
  const viewer = session.principal.id
  const { store: shelves } = session.ports
  const { unchangedSince } = request
  return shelves.storeFlags(grant.accountId, view.id, viewer, uids, changes, unchangedSince)
}

/** RFC 4314 §4: what he may not change is left out; when nothing is left, the answer is NO. */
function permitted(session: Session, change: FlagChange): FlagChange {
  const view = session.mailbox
  const { grant } = view.place.mount
  const bits = changeableBits(session, grant, view.id)
  const mayWrite = (bits & flagBits['\\Flagged']) !== 0
  const isAll = mayWrite && bits === allBits
  if (isAll) return change
  const allowed = {
    ...change,
    flags: change.flags & bits,
    keywords: mayWrite ? change.keywords : [],
  }
  const isNothingLeft = allowed.flags === 0 && allowed.keywords.length === 0
  const askedNothing = change.flags === 0 && change.keywords.length === 0
  if (bits === 0 || (isNothingLeft && !askedNothing)) throw new Refusal('not-permitted')
  if (change.mode !== 'replace') return allowed
  // Replacing would take away flags that are not his to take.
  throw new Refusal('not-permitted')
}

const allBits = Object.values(flagBits).reduce((all, bit) => all | bit, 0)

async function tellAll(
  session: Session,
  request: Request,
  stored: FlagsStored,
  isUid: boolean,
): Promise<void> {
  const view = session.mailbox
  const isConditional = request.unchangedSince !== undefined
  const failed = new Set(stored.modified)
  for (const { uid } of stored.entries) {
    const index = view.indexOfUid(uid)
    if (index < 0 || failed.has(uid)) continue
    if (!request.isSilent) tellFlags(session, index, isUid)
    // The new mod-sequence is told even when the flags are not (RFC 7162 §3.1.3).
    else if (isConditional || session.enabled.isCondstore) tellModSeq(session, index)
    const drained = session.writer.relieve()
    if (drained !== undefined) await drained
  }
}

function tellModSeq(session: Session, index: number): void {
  const view = session.mailbox
  const modSeq = view.modSeqAt(index)
  session.writer.untagged(`${index + 1} FETCH (UID ${view.uidAt(index)} MODSEQ (${modSeq}))`)
}

function answer(
  session: Session,
  modified: readonly number[],
  isUid: boolean,
  isMissing: boolean,
): Done {
  if (modified.length > 0) {
    const view = session.mailbox
    const numbers = isUid ? modified : modified.map((uid) => view.indexOfUid(uid) + 1)
    const code = `MODIFIED ${formatNumberSet(numbers)}`
    return ok('Some were changed by others meanwhile', code)
  }
  if (isMissing) return no('Some of the messages are gone already', 'EXPUNGEISSUED')
  return ok('Stored')
}
