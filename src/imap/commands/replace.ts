/** REPLACE and UID REPLACE: a draft saved again takes the place of the one before. RFC 8508. */
import { command, no, ok, selectedState, tryCreate, type Done } from '../command.ts'
import { indexesOf } from '../numbers.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { tellExpunges } from '../updates.ts'
import { expungeThese } from './expunge.ts'
import { addMessages, parseMessage, type ToAppend } from './append.ts'

interface Request {
  readonly number: number
  readonly name: string
  readonly message: ToAppend
}

export const replace = make(false)
export const uidReplace = make(true)

function make(isUid: boolean) {
  return command({
    states: selectedState,
    usesNumbers: !isUid,
    refusals: tryCreate,
    parse(cursor: Cursor, session: Session): Request {
      cursor.space()
      const number = cursor.nonZero()
      cursor.space()
      const name = parseMailboxName(cursor, session)
      cursor.space()
      return { number, name, message: parseMessage(cursor, session) }
    },
    run: (session, request) => run(session, request, isUid),
  })
}

async function run(session: Session, request: Request, isUid: boolean): Promise<Done> {
  const view = session.mailbox
  const uid = uidOf(session, request.number, isUid)
  if (uid === undefined) return no('There is no such message', 'NONEXISTENT')
  if (view.isReadOnly) return no('The mailbox is open for reading only', 'NOPERM')
  const { grant } = view.place.mount
  session.permit('mail.delete-message', grant, view.id)
  session.permit('mail.expunge', grant, view.id)
  const appended = await addMessages(session, request.name, [request.message])
  if (appended.status !== 'OK' || appended.code === undefined) return appended
  // The new message is safe before the old one goes; where it is must be known by then (RFC 8508 §3.1).
  session.writer.untagged(`OK [${appended.code}] The new message is there`)
  const gone = await expungeThese(session, [uid])
  view.lose(gone.uids, gone.modSeq)
  tellExpunges(session)
  return ok('Replaced')
}

function uidOf(session: Session, number: number, isUid: boolean): number | undefined {
  const view = session.mailbox
  const set = { ranges: [number, number], isSaved: false }
  const [index] = indexesOf(view, set, isUid)
  if (index === undefined) return undefined
  const uid = view.uidAt(index)
  if (view.isVanished(uid)) return undefined
  if (uid === 0) throw new BadSyntax('There is no message of that number')
  return uid
}
