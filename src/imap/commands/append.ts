/** APPEND, several messages at once too. RFC 9051 §6.3.12, RFC 3502, RFC 6855 §4, RFC 7889. */
import type { Appended, AppendInput } from '../../store/types.ts'
import { command, no, ok, signedInStates, tryCreate } from '../command.ts'
import { permitFlags } from '../flag-rights.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseDateTime } from '../wire/dates.ts'
import { parseFlagList, type Flags } from '../wire/flags.ts'
import { formatNumberSet } from '../wire/sequence-set.ts'

const noFlags: Flags = { bits: 0, keywords: [] }

export const append = command({
  states: signedInStates,
  refusals: tryCreate,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    const name = parseMailboxName(cursor, session)
    const inputs: AppendInput[] = []
    do {
      cursor.space()
      inputs.push(parseMessage(cursor, session))
    } while (!cursor.isEnd)
    return { name, inputs }
  },
  async run(session, { name, inputs }) {
    const { mount, name: inner } = session.place(name)
    const { grant } = mount
    const { store } = session.ports
    const { id } = await store.mailboxByName(grant.accountId, inner)
    session.permit('mail.insert', grant, id)
    // RFC 3502 §6.3.11: an empty message takes the whole command back.
    if (inputs.some(({ octets }) => octets.length === 0)) return no('An empty message was sent')
    const allowed = inputs.map((input) => {
      const flags = { bits: input.flags, keywords: input.keywords }
      const kept = permitFlags(session, flags, grant, id)
      return { ...input, flags: kept.bits, keywords: kept.keywords }
    })
    const appended = await store.append(grant.accountId, id, allowed, session.principal.id)
    if (session.selected?.id === id) session.selected.announce(modSeqOf(appended))
    const uids = formatNumberSet(appended.map(({ uid }) => uid))
    return ok('Appended', `APPENDUID ${appended[0]?.uidValidity ?? 0} ${uids}`)
  },
})

function modSeqOf(appended: readonly Appended[]): number {
  return appended.reduce((highest, { modSeq }) => Math.max(highest, modSeq), 0)
}

function parseMessage(cursor: Cursor, session: Session): AppendInput {
  const flags = cursor.peek() === '(' ? parseFlagList(cursor) : noFlags
  if (flags !== noFlags) cursor.space()
  const isDated = cursor.peek() === '"'
  const receivedAt = isDated ? parseDateTime(cursor.string()) : session.ports.clock.now()
  if (isDated) cursor.space()
  const octets = parseOctets(cursor)
  return { octets, flags: flags.bits, keywords: flags.keywords, receivedAt }
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
