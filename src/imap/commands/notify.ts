/** NOTIFY: what the client wants to hear of without asking. RFC 5465 §3.1. */
import { command, ok, signedInStates } from '../command.ts'
import { Notifier } from '../notify/notifier.ts'
import { parseMailboxName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'
import { parseNotify } from '../wire/parse-notify.ts'

export const notify = command({
  states: signedInStates,
  parse: (cursor: Cursor, session: Session) =>
    parseNotify(cursor, () => parseMailboxName(cursor, session)),
  async run(session, request) {
    session.replaceNotifier(undefined)
    if (request.groups.length === 0) return ok('Nothing is told any more')
    const notifier = await Notifier.start(session, request)
    if (notifier === undefined) {
      session.writer.untagged('OK [NOTIFICATIONOVERFLOW] There is too much to watch')
      return ok('Nothing is told')
    }
    session.replaceNotifier(notifier)
    return ok('You will be told')
  },
})
