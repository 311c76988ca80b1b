/** RENAME. RFC 9051 §6.3.6. */
import { command, no, ok, signedInStates } from '../command.ts'
import { isRootName } from '../namespace.ts'
import { parseMailboxName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'
import { checkNewName } from './create.ts'

export const rename = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    const from = parseMailboxName(cursor, session)
    cursor.space()
    return { from, to: parseMailboxName(cursor, session) }
  },
  async run(session, request) {
    const newName = checkNewName(request.to)
    if (isRootName(newName) && !newName.includes('/')) return no('This name is reserved', 'CANNOT')
    const from = session.place(request.from)
    const to = session.place(newName)
    const { grant } = from.mount
    if (grant.accountId !== to.mount.grant.accountId) {
      return no('A mailbox stays in its account; copy the messages instead', 'CANNOT')
    }
    if (to.name === 'INBOX') return no('INBOX exists already', 'ALREADYEXISTS')
    const { store } = session.ports
    const mailbox = await store.mailboxByName(grant.accountId, from.name)
    // RFC 4314 §4: x on the old name, k where the new one will be.
    session.permit('mail.delete-mailbox', grant, mailbox.id)
    session.permit('mail.create', grant)
    await session.recordChange(
      { grant, mailboxId: mailbox.id },
      { what: 'mailbox', event: 'rename' },
    )
    await store.renameMailbox(grant.accountId, mailbox.id, to.name)
    return ok('Renamed')
  },
})
