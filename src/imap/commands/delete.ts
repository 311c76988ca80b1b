/** DELETE. RFC 9051 §6.3.5: the messages become recoverable, the store sees to it. */
import type { AccountGrant } from '../../access/types.ts'
import { command, no, ok, signedInStates } from '../command.ts'
import { isOthers, parseMailboxName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'

export const deleteMailbox = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    return parseMailboxName(cursor, session)
  },
  async run(session, wireName) {
    const { mount, name } = session.place(wireName)
    if (name === 'INBOX') return no('INBOX must stay', 'CANNOT')
    const { store } = session.ports
    const { accountId } = mount.grant
    const mailbox = await store.mailboxByName(accountId, name)
    session.permit('mail.delete-mailbox', mount.grant, mailbox.id)
    await record(session, mount.grant, mailbox.id)
    await store.deleteMailbox(accountId, mailbox.id)
    if (session.selected?.id === mailbox.id) session.selected.announce(Infinity)
    return ok('Deleted')
  },
})

/** With the messages that go with it. */
async function record(session: Session, grant: AccountGrant, mailboxId: string): Promise<void> {
  if (!isOthers(grant)) return
  const { principal, ports } = session
  const { entries } = await ports.store.entries(grant.accountId, mailboxId, principal.id)
  const uids = entries.map(({ uid }) => uid)
  const place = { grant, mailboxId }
  await session.recordChange(place, { what: 'mailbox', event: 'delete' })
  if (uids.length > 0) await session.recordChange(place, { what: 'delete', uids })
}
