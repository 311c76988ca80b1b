/** Whether a mailbox is among those a filter of RFC 5465 §6 or RFC 7377 §2.2 names. */
import type { MailboxFilter } from '../wire/parse-mailbox-filter.ts'
import type { Listed } from './gather.ts'

/** `selected` and `selected-delayed` are told by the session, not by names. */
export function matchesFilter(filter: MailboxFilter, listed: Listed): boolean {
  const { name, mount } = listed
  switch (filter.kind) {
    case 'selected':
    case 'selected-delayed':
      return false
    case 'inboxes':
      // Where mail arrives: his own INBOX and those of the accounts he may reach.
      return name === (mount?.prefix === '' ? 'INBOX' : mount?.prefix)
    case 'personal':
      return mount?.prefix === ''
    case 'subscribed':
      return listed.isSubscribed
    case 'mailboxes':
      return filter.names.includes(name)
    case 'subtree':
      return filter.names.some((top) => name === top || name.startsWith(`${top}/`))
    case 'subtree-one':
      break
  }
  return filter.names.some((top) => name === top || isChild(name, top))
}

function isChild(name: string, top: string): boolean {
  return name.startsWith(`${top}/`) && !name.includes('/', top.length + 1)
}
