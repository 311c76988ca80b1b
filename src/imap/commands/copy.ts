/** COPY, MOVE and their UID forms. RFC 9051 §6.4.7 and §6.4.8, RFC 4315 §3. */
import type { AccountGrant } from '../../access/types.ts'
import type { CopiedUids } from '../../store/types.ts'
import { command, no, ok, selectedState, tryCreate, type Done } from '../command.ts'
import { indexesOf, uidsAt } from '../numbers.ts'
import { isRecoverable } from '../recoverable.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { syncMailbox, tellExpunges } from '../updates.ts'
import type { Cursor } from '../wire/cursor.ts'
import { formatNumberSet, parseNumberSet, type NumberSet } from '../wire/sequence-set.ts'

interface Request {
  readonly set: NumberSet
  readonly name: string
}

interface Target {
  readonly grant: AccountGrant
  readonly mailboxId: string
}

export const copy = make(false, copyTo)
export const uidCopy = make(true, copyTo)
export const move = make(false, moveTo)
export const uidMove = make(true, moveTo)

type Work = (session: Session, uids: readonly number[], target: Target) => Promise<Done>

function make(isUid: boolean, work: Work) {
  return command({
    states: selectedState,
    usesNumbers: !isUid,
    refusals: tryCreate,
    parse(cursor: Cursor, session: Session): Request {
      cursor.space()
      const set = parseNumberSet(cursor)
      cursor.space()
      return { set, name: parseMailboxName(cursor, session) }
    },
    async run(session, { set, name }) {
      const view = session.mailbox
      const uids = uidsAt(view, indexesOf(view, set, isUid))
      const { mount, name: inner } = session.place(name)
      const { grant } = mount
      const { id } = await session.ports.store.mailboxByName(grant.accountId, inner)
      session.permit('mail.insert', grant, id)
      if (uids.length === 0) return ok('No such messages')
      return work(session, uids, { grant, mailboxId: id })
    },
  })
}

async function copyTo(session: Session, uids: readonly number[], target: Target): Promise<Done> {
  const { from, to } = ends(session, target)
  await recordCarried(session, uids, target, 'copy')
  const copied = await session.ports.store.copy(from, uids, to, session.principal.id)
  if (copied.pairs.length < uids.length && copied.pairs.length === 0) {
    return no('The messages are gone already', 'EXPUNGEISSUED')
  }
  await tellOwnCopies(session, target)
  return ok('Copied', copyUid(copied))
}

async function moveTo(session: Session, uids: readonly number[], target: Target): Promise<Done> {
  const view = session.mailbox
  const { grant } = view.place.mount
  if (isRecoverable(view) && !view.isExamined) session.permit('mail.recover', grant, view.id)
  else if (view.isReadOnly) return no('The mailbox is open for reading only', 'NOPERM')
  else {
    // RFC 6851 §4.3: a move needs what deleting and expunging need.
    session.permit('mail.delete-message', grant, view.id)
    session.permit('mail.expunge', grant, view.id)
  }
  const { from, to } = ends(session, target)
  await recordCarried(session, uids, target, 'move')
  const moved = await session.ports.store.move(from, uids, to, session.principal.id)
  if (moved.pairs.length === 0) return no('The messages are gone already', 'EXPUNGEISSUED')
  // RFC 6851 §4.3: before the expunges, so that the client knows where they went.
  session.writer.untagged(`OK [${copyUid(moved)}] Moved`)
  await tellOwnCopies(session, target)
  view.lose(
    moved.pairs.map(([source]) => source),
    0,
  )
  tellExpunges(session)
  return ok('Moved')
}

/** Within an account it is one change of it; from one into another it is one of each. */
async function recordCarried(
  session: Session,
  uids: readonly number[],
  target: Target,
  act: 'copy' | 'move',
): Promise<void> {
  const view = session.mailbox
  const place = { grant: view.place.mount.grant, mailboxId: view.id }
  if (place.grant.accountId === target.grant.accountId) {
    const { mailboxId: toMailboxId } = target
    const what = isRecoverable(view) ? 'restore' : act
    return session.recordChange(place, { what, uids, toMailboxId })
  }
  // The content leaves the account it was in.
  await session.recordRead(uids)
  if (act === 'move') await session.recordChange(place, { what: 'delete', uids })
  await session.recordChange(target, { what: 'append' })
}

/** Copies into the selected mailbox itself are new messages of it. */
async function tellOwnCopies(session: Session, { mailboxId }: Target): Promise<void> {
  if (session.mailbox.id === mailboxId) await syncMailbox(session, true)
}

function ends(session: Session, { grant, mailboxId }: Target) {
  const view = session.mailbox
  return {
    from: { account: view.place.mount.grant.accountId, mailbox: view.id },
    to: { account: grant.accountId, mailbox: mailboxId },
  }
}

function copyUid({ uidValidity, pairs }: CopiedUids): string {
  const sources = pairs.map(([source]) => source)
  const targets = pairs.map(([, target]) => target)
  return `COPYUID ${uidValidity} ${formatNumberSet(sources)} ${formatNumberSet(targets)}`
}
