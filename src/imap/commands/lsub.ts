/** LSUB, which IMAP4rev1 clients still use. RFC 3501 §6.3.9. */
import { command, ok, signedInStates } from '../command.ts'
import { gatherNames } from '../list/gather.ts'
import { normalizedName, type Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'
import { formatMailboxName } from '../wire/format-string.ts'
import { matchesGlob } from '../wire/glob.ts'

export const lsub = command({
  states: signedInStates,
  parse(cursor: Cursor, session: Session) {
    cursor.space()
    const reference = cursor.astring()
    cursor.space()
    return normalizedName(reference + cursor.listMailbox(), session.isUtf8)
  },
  async run(session, pattern) {
    for (const { name, isSubscribed } of await gatherNames(session)) {
      if (!isSubscribed || !matchesGlob(pattern, name)) continue
      session.writer.untagged(`LSUB () "/" ${formatMailboxName(name, session.isUtf8)}`)
    }
    return ok('Listed')
  },
})
