/** SELECT and EXAMINE. RFC 9051 §6.3.2 and §6.3.3, RFC 7162 §3.2.5. */
import type { Act } from '../../access/types.ts'
import { command, signedInStates, type Done } from '../command.ts'
import { actOfFlag } from '../flag-rights.ts'
import { wireNameOf } from '../namespace.ts'
import { SelectedMailbox } from '../selected-mailbox.ts'
import { isRecoverable, permitRead } from '../recoverable.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { tellFlags, tellKeywords } from '../updates.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { flagBits } from '../../store/types.ts'
import { formatMailboxName } from '../wire/format-string.ts'
import { formatNumberSet, parsePlainSet, rangesHold, resolveRanges } from '../wire/sequence-set.ts'
import type { NumberSet } from '../wire/sequence-set.ts'

/** QRESYNC parameter: what the client knows already. */
interface Known {
  readonly uidValidity: number
  readonly modSeq: number
  readonly uids: NumberSet | undefined
}

interface Request {
  readonly name: string
  readonly usesCondstore: boolean
  readonly known: Known | undefined
}

export const select = make(false)
export const examine = make(true)

function make(isExamine: boolean) {
  return command({
    states: signedInStates,
    tellsExpunges: false,
    parse,
    run: (session, request) => open(session, request, isExamine),
  })
}

function parse(cursor: Cursor, session: Session): Request {
  cursor.space()
  const name = parseMailboxName(cursor, session)
  let usesCondstore = false
  let known: Known | undefined
  if (cursor.trySkip(' ')) {
    cursor.list(() => {
      const word = cursor.word()
      if (word === 'CONDSTORE') usesCondstore = true
      else if (word === 'QRESYNC') known = parseKnown(cursor)
      else throw new BadSyntax('There is no such parameter')
    })
  }
  if (known !== undefined && !session.enabled.isQresync) throw new BadSyntax('Enable QRESYNC first')
  return { name, usesCondstore, known }
}

function parseKnown(cursor: Cursor): Known {
  cursor.space()
  cursor.skip('(')
  const uidValidity = cursor.nonZero()
  cursor.space()
  const modSeq = cursor.number64()
  let uids: NumberSet | undefined
  if (cursor.trySkip(' ')) {
    if (cursor.peek() !== '(') uids = parsePlainSet(cursor)
    if (uids === undefined || cursor.trySkip(' ')) parseMatchData(cursor)
  }
  cursor.skip(')')
  return { uidValidity, modSeq, uids }
}

/** Sequence match data (RFC 7162 §3.2.5.2) save octets where expunges are forgotten; ours are not. */
function parseMatchData(cursor: Cursor): void {
  cursor.skip('(')
  parsePlainSet(cursor)
  cursor.space()
  parsePlainSet(cursor)
  cursor.skip(')')
}

async function open(session: Session, request: Request, isExamine: boolean): Promise<Done> {
  const { enabled, writer } = session
  if (session.selected !== undefined && (enabled.isQresync || enabled.isRev2)) {
    writer.untagged('OK [CLOSED] The mailbox before is closed')
  }
  session.deselect()
  if (request.usesCondstore) enabled.isCondstore = true
  const view = await load(session, request.name, isExamine)
  describe(session, view)
  if (request.known?.uidValidity === view.uidValidity) await catchUp(session, request.known)
  const access = view.isReadOnly ? 'READ-ONLY' : 'READ-WRITE'
  return { status: 'OK', code: access, text: isExamine ? 'Examined' : 'Selected' }
}

async function load(session: Session, name: string, isExamine: boolean): Promise<SelectedMailbox> {
  const { store } = session.ports
  const place = session.place(name)
  const { grant } = place.mount
  let view: SelectedMailbox | undefined
  let announced = 0
  // Watched before anything is read: what comes between is announced, so the entries need not be
  // newer than the name they were found by. That spares a question.
  const watch = store.watch(grant.accountId, (modSeq) => {
    announced = modSeq
    view?.announce(modSeq)
  })
  try {
    const found = await store.mailboxByName(grant.accountId, place.name)
    const { id, highestModSeq } = found
    permitRead(session, found, grant)
    const viewer = session.principal.id
    const read = await store.columns(grant.accountId, id, viewer, highestModSeq)
    const isReadOnly = isExamine || isRecoverable(found) || !mayWrite(session, grant, id)
    view = new SelectedMailbox(place, read, isReadOnly)
    view.isExamined = isExamine
    view.watch = watch
    view.announce(announced)
    session.selected = view
    describeNumbers(session, Math.max(read.mailbox.uidNext, view.lastUid + 1))
    return view
  } catch (error) {
    watch[Symbol.dispose]()
    throw error
  }
}

/** RFC 4314 §5.2: any right that changes the mailbox makes it READ-WRITE. */
const writingActs: readonly Act[] = [
  'mail.write',
  'mail.seen',
  'mail.delete-message',
  'mail.expunge',
]

function mayWrite(session: Session, grant: Parameters<Session['may']>[1], id: string): boolean {
  return writingActs.some((act) => session.may(act, grant, id))
}

function describeNumbers({ writer, mailbox }: Session, uidNext: number): void {
  writer.untagged(`OK [UIDVALIDITY ${mailbox.uidValidity}] UIDs are valid`)
  writer.untagged(`OK [UIDNEXT ${uidNext}] The next UID`)
  // A mod-sequence is never 0 (RFC 7162 §7).
  writer.untagged(`OK [HIGHESTMODSEQ ${Math.max(1, mailbox.syncedModSeq)}] The last change`)
  writer.untagged(`OK [MAILBOXID (${mailbox.id})] The mailbox itself`)
}

function describe(session: Session, view: SelectedMailbox): void {
  const { writer, enabled } = session
  tellKeywords(session)
  writer.untagged(`OK [PERMANENTFLAGS (${permanentFlags(session, view)})] Flags that stay`)
  writer.untagged(`${view.count} EXISTS`)
  if (enabled.isRev2) {
    const { mount, name } = view.place
    const wireName = formatMailboxName(wireNameOf(mount, name), session.isUtf8)
    writer.untagged(`LIST () "/" ${wireName}`)
    return
  }
  writer.untagged('0 RECENT')
  // Message numbers are not said any more (RFC 9586 §3).
  const unseen = enabled.isUidOnly ? 0 : view.firstUnseenIndex + 1
  if (unseen > 0) writer.untagged(`OK [UNSEEN ${unseen}] The first unseen message`)
}

function permanentFlags(session: Session, view: SelectedMailbox): string {
  if (view.isReadOnly) return ''
  const { grant } = view.place.mount
  const names: string[] = []
  for (const name of Object.keys(flagBits)) {
    if (session.may(actOfFlag(name), grant, view.id)) names.push(name)
  }
  if (session.may('mail.write', grant, view.id)) names.push(...view.keywords, '\\*')
  return names.join(' ')
}

/** What happened since the client was here last (RFC 7162 §3.2.5.1). */
async function catchUp(session: Session, known: Known): Promise<void> {
  const view = session.mailbox
  const { accountId } = view.place.mount.grant
  const { store } = session.ports
  const changes = await store.changes(accountId, view.id, session.principal.id, known.modSeq)
  const ranges = known.uids === undefined ? undefined : resolveRanges(known.uids, view.lastUid)
  const isWanted = (uid: number) => ranges === undefined || rangesHold(ranges, uid)
  const vanished = changes.vanished.filter((uid) => isWanted(uid) && view.indexOfUid(uid) < 0)
  if (vanished.length > 0) {
    session.writer.untagged(`VANISHED (EARLIER) ${formatNumberSet(vanished)}`)
  }
  for (const index of view.indexesSince(known.modSeq)) {
    if (isWanted(view.uidAt(index))) tellFlags(session, index, true)
    const drained = session.writer.relieve()
    if (drained !== undefined) await drained
  }
}
