/** Which mailboxes a command is about: RFC 5465 §6 and RFC 7377 §2.2. */
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'

export type MailboxFilter =
  | { readonly kind: PlainFilter }
  | { readonly kind: 'subtree' | 'subtree-one' | 'mailboxes'; readonly names: readonly string[] }

type PlainFilter = 'selected' | 'selected-delayed' | 'inboxes' | 'personal' | 'subscribed'

/** Names in one filter: each is held against every mailbox. */
const namesMax = 1_000

/** @param parseName a mailbox name as this client writes it. */
export function parseMailboxFilter(cursor: Cursor, parseName: () => string): MailboxFilter {
  const word = cursor.word().toLowerCase()
  switch (word) {
    case 'selected':
    case 'selected-delayed':
    case 'inboxes':
    case 'personal':
    case 'subscribed':
      return { kind: word }
    case 'subtree':
    case 'subtree-one':
    case 'mailboxes': {
      cursor.space()
      const names = cursor.peek() === '(' ? cursor.list(parseName) : [parseName()]
      if (names.length > namesMax) throw new BadSyntax('Too many mailboxes', 'LIMIT', true)
      return { kind: word, names }
    }
    default:
      throw new BadSyntax('There is no such mailbox filter')
  }
}
