/** CREATE with USE. RFC 9051 §6.3.4, RFC 6154 §3, RFC 8474 §4.2. */
import type { MailboxRole } from '../../store/types.ts'
import { command, no, ok, signedInStates } from '../command.ts'
import { roleOf } from '../list/attributes.ts'
import { isRootName } from '../namespace.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { BadSyntax } from '../wire/bad-syntax.ts'
import type { Cursor } from '../wire/cursor.ts'

/** Octets of a whole name, and levels: what any client can still show. */
const nameOctetsMax = 1_000
const levelsMax = 20

export const create = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    const name = parseMailboxName(cursor, session)
    return { name, roles: cursor.trySkip(' ') ? parseUses(cursor) : [] }
  },
  async run(session, { name: asked, roles }) {
    const name = checkNewName(asked)
    if (isRootName(name) && !name.includes('/')) return no('This name is reserved', 'CANNOT')
    const [role] = roles
    if (roles.length > 1 || (roles.length === 1 && role === undefined)) {
      return no('A mailbox has one special use of those known here', 'USEATTR')
    }
    const { mount, name: inner } = session.place(name)
    session.permit('mail.create', mount.grant)
    const { store } = session.ports
    const { grant } = mount
    const mailbox = await store.createMailbox(grant.accountId, inner, role)
    try {
      const place = { grant, mailboxId: mailbox.id }
      await session.recordChange(place, { what: 'mailbox', event: 'create' })
    } catch (error) {
      // Its id was needed for the entry; without one it must not stay.
      await store.deleteMailbox(grant.accountId, mailbox.id)
      throw error
    }
    return ok('Created', `MAILBOXID (${mailbox.id})`)
  },
})

/** @throws BadSyntax (as NO) for names that cannot stand in the hierarchy. */
export function checkNewName(asked: string): string {
  // "foo/" says that there will be names beneath, which is always possible (RFC 9051 §6.3.4).
  const name = asked.endsWith('/') ? asked.slice(0, -1) : asked
  const levels = name.split('/')
  const isFine = levels.every((level) => level !== '' && level.trim() === level)
  if (!isFine || levels.length > levelsMax || Buffer.byteLength(name) > nameOctetsMax) {
    throw new BadSyntax('A mailbox cannot have this name', 'CANNOT', true)
  }
  if (/[*%]/.test(name)) throw new BadSyntax('Wildcards cannot stand in a name', 'CANNOT', true)
  return name
}

/** `(USE (\Sent))`. */
function parseUses(cursor: Cursor): readonly (MailboxRole | undefined)[] {
  let roles: readonly (MailboxRole | undefined)[] = []
  cursor.list(() => {
    if (cursor.word() !== 'USE') throw new BadSyntax('There is no such parameter')
    cursor.space()
    roles = cursor.list(() => {
      cursor.skip('\\')
      return roleOf(`\\${cursor.atom()}`)
    }, true)
  })
  return roles
}
