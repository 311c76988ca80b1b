/** SUBSCRIBE and UNSUBSCRIBE. RFC 9051 §6.3.7 and §6.3.8. */
import { command, ok, signedInStates } from '../command.ts'
import { parseMailboxName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'

export const subscribe = make(true)
export const unsubscribe = make(false)

function make(isSubscribed: boolean) {
  return command({
    states: signedInStates,
    parse(cursor: Cursor, session: Session) {
      cursor.space()
      return parseMailboxName(cursor, session)
    },
    async run(session, wireName) {
      const { mount, name } = session.place(wireName)
      const { store } = session.ports
      const { accountId } = mount.grant
      const mailbox = await store.mailboxByName(accountId, name)
      session.permit('mail.lookup', mount.grant, mailbox.id)
      await store.setSubscribed(accountId, mailbox.id, isSubscribed)
      return ok(isSubscribed ? 'Subscribed' : 'Unsubscribed')
    },
  })
}
