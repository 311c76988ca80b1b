/** STATUS. RFC 9051 §6.3.11. */
import { command, ok, signedInStates } from '../command.ts'
import { permitRead } from '../recoverable.ts'
import { parseMailboxName, type Session } from '../session.ts'
import { formatStatus } from '../status.ts'
import type { Cursor } from '../wire/cursor.ts'
import { formatMailboxName } from '../wire/format-string.ts'
import { parseStatusItems } from '../wire/parse-status.ts'

export const status = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    const name = parseMailboxName(cursor, session)
    cursor.space()
    return { name, items: parseStatusItems(cursor) }
  },
  async run(session, { name, items }) {
    const place = session.place(name)
    const { grant } = place.mount
    const mailbox = await session.ports.store.mailboxByName(grant.accountId, place.name)
    permitRead(session, mailbox, grant)
    const values = await formatStatus(session, mailbox, items)
    session.writer.untagged(`STATUS ${formatMailboxName(name, session.isUtf8)} (${values})`)
    return ok('That is the status')
  },
})
