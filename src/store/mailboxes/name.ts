/** Names of mailboxes: one form for each, and what is refused. RFC 9051 §5.1. */
import { Refusal } from '../../base/refusal.ts'
import { mailboxDepthMax, mailboxNameCharsMax } from '../limits.ts'

export const separator = '/'

/** NFC; `INBOX` in any case is INBOX, also as the first component. */
export function normalizeName(name: string): string {
  const [first = '', ...rest] = name.normalize('NFC').split(separator)
  return [first.toUpperCase() === 'INBOX' ? 'INBOX' : first, ...rest].join(separator)
}

/** The normal form of a name that may be created. */
export function checkName(name: string): string {
  const components = name.split(separator)
  const isWrong =
    name.length > mailboxNameCharsMax ||
    components.length > mailboxDepthMax ||
    components.some((each) => each.trim() === '') ||
    !name.isWellFormed() ||
    // Control characters, and what IMAP lists cannot tell from a pattern.
    /[\p{Cc}\u2028\u2029*%]/u.test(name)
  if (isWrong) throw new Refusal('invalid', { what: 'mailbox name' })
  return normalizeName(name)
}

/** The mailbox of what was deleted: its name is kept for it, and nothing stands beneath it. */
export const recoverableName = 'Recoverable Items'

/** As `checkName`, and not the name of what the store makes itself. */
export function checkNewName(wanted: string): string {
  const name = checkName(wanted)
  const [root = ''] = name.split(separator, 1)
  if (root.toLowerCase() === recoverableName.toLowerCase())
    throw new Refusal('invalid', { what: 'reserved mailbox name' })
  return name
}

/** `a/b/c` → `a`, `a/b`: what must exist above a name. */
export function superiorNames(name: string): readonly string[] {
  const components = name.split(separator)
  return components.slice(1).map((_, index) => components.slice(0, index + 1).join(separator))
}

export function isInferior(name: string, of: string): boolean {
  return name.startsWith(of + separator)
}
