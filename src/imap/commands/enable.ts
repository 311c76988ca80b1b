/** ENABLE. RFC 9051 §6.3.1, RFC 7162 §3.2.3, RFC 6855 §3, RFC 9586 §3. */
import { command, ok, signedInStates } from '../command.ts'
import type { Session } from '../session.ts'
import type { Cursor } from '../wire/cursor.ts'

export const enable = command({
  states: signedInStates,
  parse(cursor: Cursor): readonly string[] {
    const words: string[] = []
    do {
      cursor.space()
      words.push(cursor.word())
    } while (!cursor.isEnd)
    return words
  },
  run(session, words) {
    const done = words.filter((word) => enableOne(session, word))
    session.writer.untagged(
      `ENABLED${done.map((word) => ` ${word.replace('REV2', 'rev2')}`).join('')}`,
    )
    return ok('Enabled what is known here')
  },
})

function enableOne({ enabled }: Session, word: string): boolean {
  switch (word) {
    case 'IMAP4REV2':
      enabled.isRev2 = true
      return true
    case 'UTF8=ACCEPT':
      enabled.isUtf8Accept = true
      return true
    case 'CONDSTORE':
      enabled.isCondstore = true
      return true
    case 'QRESYNC':
      enabled.isCondstore = true
      enabled.isQresync = true
      return true
    case 'UIDONLY':
      enabled.isUidOnly = true
      return true
    default:
      return false
  }
}
