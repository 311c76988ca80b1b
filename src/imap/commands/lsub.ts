/** LSUB, which IMAP4rev1 clients still use. RFC 3501 §6.3.9. */
import { command, ok, signedInStates } from '../command.ts'
import { gatherWithKept, type Listed } from '../list/gather.ts'
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
    const names = await gatherWithKept(session)
    const subscribed = names.filter(({ isSubscribed }) => isSubscribed)
    for (const { name, isSubscribed } of names) {
      if (!matchesGlob(pattern, name)) continue
      if (!isSubscribed && !stopsShort(pattern, name, subscribed)) continue
      const attributes = isSubscribed ? '' : '\\Noselect'
      session.writer.untagged(`LSUB (${attributes}) "/" ${formatMailboxName(name, session.isUtf8)}`)
    }
    return ok('Listed')
  },
})

/** A name that `%` ends at, and what is subscribed lies beneath it (RFC 3501 §6.3.9). */
function stopsShort(pattern: string, name: string, subscribed: readonly Listed[]): boolean {
  if (!pattern.endsWith('%')) return false
  return subscribed.some((other) => other.name.startsWith(`${name}/`))
}
