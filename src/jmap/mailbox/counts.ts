/** How many messages and threads stand in each mailbox, unread ones too. RFC 8621 §2. */
import type { AccountReading } from '../core/account.ts'
import type { EmailFacts, EmailView } from '../../store/emails/types.ts'
import { flagBits } from '../../store/types.ts'

export interface MailboxCounts {
  totalEmails: number
  unreadEmails: number
  totalThreads: number
  unreadThreads: number
}

export type Counts = ReadonlyMap<string, Readonly<MailboxCounts>>

interface Counted {
  readonly state: string
  readonly counts: Counts
}

/** The last count of each view: they are asked for again and again. */
const known = new WeakMap<EmailView, Counted>()
const nothing = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 }

export function countsOf(reading: AccountReading): Counts {
  const { view, state } = reading
  const before = known.get(view)
  if (before?.state === state) return before.counts
  const counts = new Map(reading.mailboxes.map(({ id }) => [id, { ...nothing }]))
  const trash = view.mailboxes.find(({ role }) => role === 'trash')?.id
  for (const thread of view.threads()) countThread(reading, counts, thread, trash)
  known.set(view, { state, counts })
  return counts
}

/** Neither read nor a draft. */
function isUnread(flags: number): boolean {
  return (flags & (flagBits['\\Seen'] | flagBits['\\Draft'])) === 0
}

/**
 * What stands in the trash alone makes no thread elsewhere unread, and what stands elsewhere none in
 * the trash (RFC 8621 §2).
 */
function countThread(
  reading: AccountReading,
  counts: ReadonlyMap<string, MailboxCounts>,
  thread: readonly EmailFacts[],
  trash: string | undefined,
): void {
  const mailboxes = new Set<string>()
  let [unreadInTrash, unreadElsewhere] = [false, false]
  for (const email of thread) {
    const places = reading.placesOf(email)
    if (places.length === 0) continue
    const unread = isUnread(sharedFlags(places))
    for (const { mailboxId } of places) {
      mailboxes.add(mailboxId)
      const count = counts.get(mailboxId)
      if (count === undefined) continue
      count.totalEmails += 1
      if (unread) count.unreadEmails += 1
      if (unread && mailboxId === trash) unreadInTrash = true
      if (unread && mailboxId !== trash) unreadElsewhere = true
    }
  }
  for (const mailboxId of mailboxes) {
    const count = counts.get(mailboxId)
    if (count === undefined) continue
    count.totalThreads += 1
    if (mailboxId === trash ? unreadInTrash : unreadElsewhere) count.unreadThreads += 1
  }
}

/** As an Email's keywords are: read where every place says so, all else where one does. */
export function sharedFlags(places: readonly { readonly flags: number }[]): number {
  let [any, all] = [0, ~0]
  for (const { flags } of places) {
    any |= flags
    all &= flags
  }
  return (any & ~flagBits['\\Seen']) | (all & flagBits['\\Seen'])
}
