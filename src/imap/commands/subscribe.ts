/** SUBSCRIBE and UNSUBSCRIBE. RFC 9051 §6.3.7 and §6.3.8. */
import { isRefusal, Refusal } from '../../base/refusal.ts'
import type { Mailbox } from '../../store/types.ts'
import { command, ok, signedInStates } from '../command.ts'
import type { Place } from '../namespace.ts'
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
      const place = session.place(wireName)
      const mailbox = await findMailbox(session, place)
      if (mailbox === undefined) await changeKept(session, place, isSubscribed)
      else {
        const { grant } = place.mount
        session.permit('mail.lookup', grant, mailbox.id)
        await session.ports.store.setSubscribed(grant.accountId, mailbox.id, isSubscribed)
      }
      return ok(isSubscribed ? 'Subscribed' : 'Unsubscribed')
    },
  })
}

async function findMailbox(
  { ports }: Session,
  { mount, name }: Place,
): Promise<Mailbox | undefined> {
  try {
    return await ports.store.mailboxByName(mount.grant.accountId, name)
  } catch (error) {
    if (isRefusal(error, 'no-such-mailbox')) return undefined
    throw error
  }
}

/**
 * The name has no mailbox, and may be on the list from when it had one. Nothing is subscribed before it is there, which
 * RFC 9051 §6.3.7 leaves to the server. @throws Refusal('no-such-mailbox')
 */
async function changeKept(
  session: Session,
  { mount, name }: Place,
  isSubscribed: boolean,
): Promise<void> {
  const { store } = session.ports
  const { accountId } = mount.grant
  // Who was let into some mailboxes only learns nothing of others' names.
  if (!session.may('mail.lookup', mount.grant)) throw new Refusal('no-such-mailbox')
  if (!isSubscribed) return store.dropKeptSubscription(accountId, name)
  const kept = await store.keptSubscriptions(accountId)
  if (!kept.includes(name)) throw new Refusal('no-such-mailbox')
}
