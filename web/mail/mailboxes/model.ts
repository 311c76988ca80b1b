/** The tree of mailboxes: in which order they stand, what they are called, what they count. */
import type { Mailbox, Role } from '../../kit/jmap/types.ts'
import type { IconName } from '../../kit/controls/icon.tsx'

export interface MailboxRow {
  readonly mailbox: Mailbox
  readonly depth: number
}

const order: readonly (Role | null)[] = [
  'inbox',
  'flagged',
  'drafts',
  'sent',
  'archive',
  'junk',
  'trash',
]

export function findByRole(mailboxes: readonly Mailbox[], role: Role): Mailbox | undefined {
  return mailboxes.find((mailbox) => mailbox.role === role)
}

/** Those with a role in their order, then the others by name, each above its own. */
export function arrange(mailboxes: readonly Mailbox[], locale: string): readonly MailboxRow[] {
  const collator = new Intl.Collator(locale, { numeric: true })
  const rank = ({ role }: Mailbox) => {
    const at = order.indexOf(role)
    return at === -1 || role === null ? order.length : at
  }
  const children = Map.groupBy(mailboxes, ({ parentId }) => parentId)
  const ids = new Set(mailboxes.map(({ id }) => id))
  const rows: MailboxRow[] = []
  const add = (some: readonly Mailbox[], depth: number) => {
    const sorted = some.toSorted(
      (a, b) => rank(a) - rank(b) || a.sortOrder - b.sortOrder || collator.compare(a.name, b.name),
    )
    for (const mailbox of sorted) {
      rows.push({ mailbox, depth })
      add(children.get(mailbox.id) ?? [], depth + 1)
    }
  }
  // A parent that may not be seen is no reason to hide what stands beneath it.
  add(
    mailboxes.filter(({ parentId }) => parentId === null || !ids.has(parentId)),
    0,
  )
  return rows
}

/** What is worth a number: unread, but of drafts all. */
export function countOf({ role, unreadThreads, totalEmails }: Mailbox): number {
  if (role === 'drafts') return totalEmails
  if (role === 'trash' || role === 'junk' || role === 'sent') return 0
  return unreadThreads
}

const icons: Readonly<Partial<Record<Role, IconName>>> = {
  inbox: 'inbox',
  drafts: 'draft',
  sent: 'sent',
  archive: 'archive',
  junk: 'junk',
  trash: 'trash',
  flagged: 'flag',
}

export function iconOf({ role }: Mailbox): IconName {
  return (role === null ? undefined : icons[role]) ?? 'folder'
}

/** Roles whose mailboxes are called alike everywhere, in the reader's own language. */
export const namedRoles = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash'] as const
export type NamedRole = (typeof namedRoles)[number]

export function namedRole({ role }: Mailbox): NamedRole | undefined {
  return namedRoles.find((each) => each === role)
}

/** Where messages of `from` may be moved. */
export function moveTargets(mailboxes: readonly Mailbox[], from: string | undefined) {
  return mailboxes.filter(
    ({ id, myRights, role }) =>
      id !== from && myRights['mayAddItems'] === true && role !== 'drafts',
  )
}
