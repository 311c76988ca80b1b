/** A Mailbox object. RFC 8621 §2. */
import type { AccountReading } from '../core/account.ts'
import type { Mailbox, MailboxRole } from '../../store/types.ts'
import { countsOf } from './counts.ts'
import { sharingOf } from './share.ts'

export const mailboxProperties = [
  'id',
  'name',
  'parentId',
  'role',
  'sortOrder',
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
  'myRights',
  'isSubscribed',
] as const

/** For who uses sharing (RFC 9670 §4). */
export const sharedMailboxProperties = [...mailboxProperties, 'shareWith'] as const

export const countProperties = [
  'totalEmails',
  'unreadEmails',
  'totalThreads',
  'unreadThreads',
] as const

/** The order people look for them in, until they set their own. */
const sortOrders: Readonly<Partial<Record<MailboxRole, number>>> = {
  inbox: 1,
  flagged: 2,
  important: 3,
  drafts: 4,
  sent: 5,
  archive: 6,
  junk: 7,
  trash: 8,
}
export const sortOrderMax = 10

export function sortOrderOf({ role, sortOrder }: Mailbox): number {
  return sortOrder ?? (role === undefined ? undefined : sortOrders[role]) ?? sortOrderMax
}

/** The nearest one above that he may see, and the name beneath it. */
export function placeOf(
  { mailboxes }: AccountReading,
  { name }: Mailbox,
): { readonly parentId: string | null; readonly name: string } {
  for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
    const parent = mailboxes.find((each) => each.name === name.slice(0, end))
    if (parent !== undefined) return { parentId: parent.id, name: name.slice(end + 1) }
  }
  return { parentId: null, name: name === 'INBOX' ? 'Inbox' : name }
}

export function presentMailbox(
  reading: AccountReading,
  mailbox: Mailbox,
  usesSharing = false,
): object {
  const { id, role, isSubscribed } = mailbox
  const { account } = reading
  const may = (act: Parameters<typeof account.may>[0]) => account.may(act, id)
  const sharing = usesSharing ? sharingOf(account, mailbox) : undefined
  return {
    id,
    ...placeOf(reading, mailbox),
    role: role ?? null,
    sortOrder: sortOrderOf(mailbox),
    ...countsOf(reading).get(id),
    myRights: {
      mayReadItems: may('mail.read'),
      mayAddItems: may('mail.insert'),
      mayRemoveItems: may('mail.delete-message') && may('mail.expunge'),
      maySetSeen: may('mail.seen'),
      maySetKeywords: may('mail.write'),
      mayCreateChild: may('mail.create'),
      mayRename: role !== 'inbox' && may('mail.delete-mailbox') && may('mail.create'),
      mayDelete: role !== 'inbox' && may('mail.delete-mailbox'),
      maySubmit: may('mail.submit'),
      ...(sharing !== undefined && { mayShare: sharing.mayShare }),
    },
    isSubscribed,
    ...(sharing !== undefined && { shareWith: sharing.shareWith }),
  }
}
