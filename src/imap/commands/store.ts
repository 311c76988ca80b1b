/** STORE and UID STORE. RFC 9051 §6.4.6, RFC 7162 §3.1.3, RFC 4314 §4. */
import assert from 'node:assert/strict'
import { Refusal } from '../../base/refusal.ts'
import { flagBits, type FlagChange, type FlagsStored } from '../../store/types.ts'
import { command, no, ok, selectedState, type Done } from '../command.ts'
import { planMany, tellOfView } from '../fetch/many.ts'
import { changeableBits } from '../flag-rights.ts'
import { indexesOf, uidsAt } from '../numbers.ts'
import type { Session } from '../session.ts'
import { fetchHead, tellChanges, tellFlags } from '../updates.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseFlags } from '../wire/flags.ts'
import type { FetchItem } from '../wire/parse-fetch.ts'
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
    usesNumbers: !isUid,
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
  tellChanges(session, stored)
  await tellAll(session, { request, indexes, stored, isUid })
  const isMissing = indexes.some((index) => view.isVanished(view.uidAt(index)))
  return answer(session, stored.modified, isUid, isMissing)
}

async function write(
  session: Session,
  request: Request,
  uids: readonly number[],
): Promise<FlagsStored> {
  const [first, ...rest] = permitted(session, request.change)
  await recordFlags(session, uids, [first, ...rest])
  let stored = await writeStep(session, uids, first, request.unchangedSince)
  const failed = new Set(stored.modified)
  for (const step of rest) {
    tellChanges(session, stored)
    const others = uids.filter((uid) => !failed.has(uid))
    const { now, modSeq } = await writeStep(session, others, step, undefined)
    stored = { now, modSeq: modSeq ?? stored.modSeq, modified: stored.modified }
  }
  return stored
}

/** \Seen in a post's or shared mailbox is each reader's own: no change of what others have. */
async function recordFlags(
  session: Session,
  uids: readonly number[],
  steps: readonly FlagChange[],
): Promise<void> {
  const { place, id } = session.mailbox
  const { grant } = place.mount
  const isOwn = ({ mode, flags, keywords }: FlagChange) =>
    mode !== 'replace' && (flags & ~flagBits['\\Seen']) === 0 && keywords.length === 0
  if (grant.kind !== 'person' && steps.every(isOwn)) return
  await session.recordChange({ grant, mailboxId: id }, { what: 'flag', uids })
}

function writeStep(
  session: Session,
  uids: readonly number[],
  change: FlagChange,
  unchangedSince: number | undefined,
): Promise<FlagsStored> {
  const { mailbox: view, principal, ports } = session
  const { accountId } = view.place.mount.grant
  return ports.store.storeFlags(accountId, view.id, principal.id, uids, change, unchangedSince)
}

/** RFC 4314 §4: what he may not change is left out; when nothing is left, the answer is NO. */
function permitted(session: Session, change: FlagChange): readonly [FlagChange, ...FlagChange[]] {
  const view = session.mailbox
  const bits = changeableBits(session, view.place.mount.grant, view.id)
  // Right w stands for all flags but two, keywords among them.
  const mayWrite = (bits & flagBits['\\Flagged']) !== 0
  if (bits === allBits) return [change]
  const keywords = mayWrite ? change.keywords : []
  const allowed = { mode: change.mode, flags: change.flags & bits, keywords }
  const isAsked = change.flags !== 0 || change.keywords.length > 0
  const isLeft = allowed.flags !== 0 || keywords.length > 0
  if (bits === 0 || (isAsked && !isLeft)) throw new Refusal('not-permitted')
  if (change.mode !== 'replace') return [allowed]
  // Replacing as adding and removing, so that flags that are not his to change stay.
  const others = mayWrite ? view.keywords.filter((name) => !keywords.includes(name)) : []
  return [
    { ...allowed, mode: 'add' },
    { mode: 'remove', flags: bits & ~change.flags, keywords: others },
  ]
}

const allBits = Object.values(flagBits).reduce((all, bit) => all | bit, 0)

interface Told {
  readonly request: Request
  readonly indexes: readonly number[]
  readonly stored: FlagsStored
  readonly isUid: boolean
}

async function tellAll(session: Session, told: Told): Promise<void> {
  const { request, indexes, stored, isUid } = told
  const view = session.mailbox
  const isConditional = request.unchangedSince !== undefined
  const failed = new Set(stored.modified)
  if (!request.isSilent && indexes.length >= manyMin)
    return tellMany(session, { indexes, failed, isUid })
  // Nothing that is gone has flags; the view grows at its end only, so the indexes still hold.
  for (const index of indexes) {
    if (failed.has(view.uidAt(index))) continue
    if (!request.isSilent) tellFlags(session, index, isUid)
    // The new mod-sequence is told even when the flags are not (RFC 7162 §3.1.3).
    else if (isConditional || session.enabled.isCondstore) tellModSeq(session, index)
    const drained = session.writer.relieve()
    if (drained !== undefined) await drained
  }
}

/** From here on what the octet writers of FETCH cost to be made is less than what they save. */
const manyMin = 64

/** The same as `tellFlags`, as FETCH tells many. */
async function tellMany(
  session: Session,
  {
    indexes,
    failed,
    isUid,
  }: Pick<Told, 'indexes' | 'isUid'> & { readonly failed: ReadonlySet<number> },
): Promise<void> {
  const view = session.mailbox
  const { isCondstore, isRev2, isUidOnly } = session.enabled
  const items: FetchItem[] = []
  if ((isUid || isCondstore || isRev2) && !isUidOnly) items.push({ kind: 'uid' })
  if (isCondstore) items.push({ kind: 'modseq' })
  const plan = planMany(session, [...items, { kind: 'flags' }])
  assert.ok(plan)
  const isTold = (uid: number) => !failed.has(uid) && !view.isVanished(uid)
  const told = indexes.filter((index) => isTold(view.uidAt(index)))
  await tellOfView(session, told, plan)
}

function tellModSeq(session: Session, index: number): void {
  const view = session.mailbox
  const modSeq = view.modSeqAt(index)
  const uid = session.enabled.isUidOnly ? '' : `UID ${view.uidAt(index)} `
  session.writer.untagged(`${fetchHead(session, index)} (${uid}MODSEQ (${modSeq}))`)
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
