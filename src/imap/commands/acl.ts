/** The reading half of ACL: MYRIGHTS, LISTRIGHTS, GETACL; SETACL and DELETEACL say no. RFC 4314. */
import { Refusal } from '../../base/refusal.ts'
import { command, no, ok, signedInStates } from '../command.ts'
import { mayLookUp, rightsIn } from '../recoverable.ts'
import { parseMailboxName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'
import { formatMailboxName, formatString } from '../wire/format-string.ts'

/** A mailbox he can see, with its name as he writes it. */
async function find(session: Session, wireName: string) {
  const { mount, name } = session.place(wireName)
  const { grant } = mount
  const mailbox = await session.ports.store.mailboxByName(grant.accountId, name)
  if (!mayLookUp(session, mailbox, grant)) throw new Refusal('no-such-mailbox')
  const rights = rightsIn(mailbox, grant)
  return { grant, id: mailbox.id, rights, written: formatMailboxName(wireName, session.isUtf8) }
}

function parseName(cursor: Cursor, session: Session): string {
  cursor.space()
  return parseMailboxName(cursor, session)
}

export const myRights = command({
  states: signedInStates,
  parse: parseName,
  async run(session, wireName) {
    const { grant, id, rights, written } = await find(session, wireName)
    session.permit('mail.lookup', grant, id)
    session.writer.untagged(`MYRIGHTS ${written} ${rights}`)
    return ok('These are your rights')
  },
})

/** He sees his own entry; the others' are for those who administer. */
export const getAcl = command({
  states: signedInStates,
  parse: parseName,
  async run(session, wireName) {
    const { grant, id, rights, written } = await find(session, wireName)
    session.permit('mail.administer', grant, id)
    const identifier = formatString(session.principal.address, session.isUtf8)
    session.writer.untagged(`ACL ${written} ${identifier} ${rights}`)
    return ok('These are the rights known here')
  },
})

export const listRights = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    const name = parseName(cursor, session)
    cursor.space()
    return { name, identifier: cursor.astring() }
  },
  async run(session, { name, identifier }) {
    const { grant, id, written } = await find(session, name)
    session.permit('mail.administer', grant, id)
    const who = formatString(identifier, session.isUtf8)
    // Nothing can be granted from here: the required rights are all there are.
    session.writer.untagged(`LISTRIGHTS ${written} ${who} ""`)
    return ok('These are the rights that could be given')
  },
})

const fromOffice = 'Rights are given by the department, not from a mail program'

export const setAcl = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    parseName(cursor, session)
    cursor.space()
    cursor.astring()
    cursor.space()
    cursor.astring()
  },
  run: () => no(fromOffice, 'NOPERM'),
})

export const deleteAcl = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    parseName(cursor, session)
    cursor.space()
    cursor.astring()
  },
  run: () => no(fromOffice, 'NOPERM'),
})
