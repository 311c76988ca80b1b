/**
 * APPEND, several messages at once too, and messages put together from parts that are here already.
 * RFC 9051 §6.3.12, RFC 3502, RFC 4469, RFC 6855 §4, RFC 7889.
 */
import type { Appended, AppendInput } from '../../store/types.ts'
import { command, no, ok, signedInStates, tryCreate, type Done } from '../command.ts'
import { readUrl } from '../fetch/read-url.ts'
import { permitFlags } from '../flag-rights.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseDateTime } from '../wire/dates.ts'
import { parseFlagList, type Flags } from '../wire/flags.ts'
import { formatNumberSet } from '../wire/sequence-set.ts'

/** Octets, or the URL of octets that are here. */
type Piece = Buffer | string

export interface ToAppend {
  readonly flags: Flags
  readonly receivedAt: number
  readonly pieces: readonly Piece[]
}

const noFlags: Flags = { bits: 0, keywords: [] }
/** Parts of one message (RFC 4469 §3): each may read a whole message. */
const piecesMax = 256

export const append = command({
  states: signedInStates,
  refusals: tryCreate,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    const name = parseMailboxName(cursor, session)
    const messages: ToAppend[] = []
    do {
      cursor.space()
      messages.push(parseMessage(cursor, session))
    } while (!cursor.isEnd)
    return { name, messages }
  },
  run: (session, { name, messages }) => addMessages(session, name, messages),
})

/** @returns OK with APPENDUID. */
export async function addMessages(
  session: Session,
  name: string,
  messages: readonly ToAppend[],
): Promise<Done> {
  const { mount, name: inner } = session.place(name)
  const { grant } = mount
  const { store } = session.ports
  const { id } = await store.mailboxByName(grant.accountId, inner)
  session.permit('mail.insert', grant, id)
  const inputs: AppendInput[] = []
  for (const { flags, receivedAt, pieces } of messages) {
    const octets = await joinPieces(session, pieces)
    // RFC 3502 §6.3.11: an empty message takes the whole command back.
    if (octets.length === 0) return no('An empty message was sent')
    const kept = permitFlags(session, flags, grant, id)
    inputs.push({ octets, receivedAt, flags: kept.bits, keywords: kept.keywords })
  }
  await session.recordChange({ grant, mailboxId: id }, { what: 'append' })
  const appended = await store.append(grant.accountId, id, inputs, session.principal.id)
  if (session.selected?.id === id) session.selected.announce(modSeqOf(appended))
  const uids = formatNumberSet(appended.map(({ uid }) => uid))
  return ok('Appended', `APPENDUID ${appended[0]?.uidValidity ?? 0} ${uids}`)
}

async function joinPieces(session: Session, pieces: readonly Piece[]): Promise<Buffer> {
  const [first] = pieces
  if (pieces.length === 1 && typeof first === 'object') return first
  const octets: Buffer[] = []
  let total = 0
  for (const piece of pieces) {
    const some = typeof piece === 'string' ? await readUrl(session, piece) : piece
    total += some.length
    if (total > session.ports.limits.appendOctetsMax) {
      throw new BadSyntax('The message is too large', 'TOOBIG', true)
    }
    octets.push(some)
  }
  return Buffer.concat(octets)
}

function modSeqOf(appended: readonly Appended[]): number {
  return appended.reduce((highest, { modSeq }) => Math.max(highest, modSeq), 0)
}

/** Flags, date and octets, as APPEND and REPLACE have them. */
export function parseMessage(cursor: Cursor, session: Session): ToAppend {
  const flags = cursor.peek() === '(' ? parseFlagList(cursor) : noFlags
  if (flags !== noFlags) cursor.space()
  const isDated = cursor.peek() === '"'
  const receivedAt = isDated ? parseDateTime(cursor.string()) : session.ports.clock.now()
  if (isDated) cursor.space()
  if (!cursor.tryWord('CATENATE')) return { flags, receivedAt, pieces: [parseOctets(cursor)] }
  cursor.space()
  const pieces = cursor.list(() => parsePiece(cursor))
  if (pieces.length > piecesMax) throw new BadSyntax('Too many parts', 'LIMIT', true)
  return { flags, receivedAt, pieces }
}

function parsePiece(cursor: Cursor): Piece {
  const isUrl = cursor.tryWord('URL')
  if (!isUrl && !cursor.tryWord('TEXT')) throw new BadSyntax('A part is TEXT or URL')
  cursor.space()
  return isUrl ? cursor.astring() : parseOctets(cursor)
}

function parseOctets(cursor: Cursor): Buffer {
  const isUtf8Form = cursor.tryWord('UTF8')
  if (isUtf8Form) {
    cursor.space()
    cursor.skip('(')
  }
  const { octets, isBinary } = cursor.literal()
  if (isUtf8Form) cursor.skip(')')
  if (!isBinary && octets.includes(0)) throw new BadSyntax('NUL needs literal8')
  return octets
}
