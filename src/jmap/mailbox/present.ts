/** A Mailbox object. RFC 8621 §2. */
import type { AccountReading } from '../core/account.ts'
import type { Mailbox } from '../../store/types.ts'
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

/** RFC 8621 §2: until somebody says another. What a mailbox is for says its role. */
export const sortOrderOf = ({ sortOrder = 0 }: Mailbox): number => sortOrder

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
