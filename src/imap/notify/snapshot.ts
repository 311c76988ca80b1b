/** What is told of the mailboxes that are not open, from one look to the next. RFC 5465 §5. */
import type { Listed } from '../list/gather.ts'
import { matchesFilter } from '../list/match-filter.ts'
import type { NotifyEvent, NotifyGroup } from '../wire/parse-notify.ts'
import type { StatusItem } from '../wire/parse-status.ts'

export interface Watched {
  readonly listed: Listed
  readonly events: ReadonlySet<NotifyEvent>
}

/** Mailboxes by id. */
export type Snapshot = ReadonlyMap<string, Watched>

/** The first group that names a mailbox says what is told of it (RFC 5465 §3.1). */
export function snapshotOf(names: readonly Listed[], groups: readonly NotifyGroup[]): Snapshot {
  const snapshot = new Map<string, Watched>()
  for (const listed of names) {
    const group = groups.find(({ filter }) => matchesFilter(filter, listed))
    if (group === undefined || listed.mailbox === undefined) continue
    snapshot.set(listed.mailbox.id, { listed, events: group.events })
  }
  return snapshot
}

export type Notice =
  | { readonly kind: 'status'; readonly listed: Listed; readonly items: readonly StatusItem[] }
  | { readonly kind: 'name'; readonly listed: Listed; readonly oldName: string | undefined }
  | { readonly kind: 'gone'; readonly listed: Listed }
  | { readonly kind: 'subscription'; readonly listed: Listed }

/** @param open the selected mailbox, which is told of in its own way. */
export function differences(before: Snapshot, after: Snapshot, open: string | undefined): Notice[] {
  const notices: Notice[] = []
  for (const [id, watched] of after) {
    const { listed, events } = watched
    const was = before.get(id)?.listed
    if (events.has('MailboxName') && was?.name !== listed.name) {
      notices.push({ kind: 'name', listed, oldName: was?.name })
    }
    if (was === undefined) continue
    if (events.has('SubscriptionChange') && was.isSubscribed !== listed.isSubscribed) {
      notices.push({ kind: 'subscription', listed })
    }
    const items = id === open ? [] : changedItems(was, watched)
    if (items.length > 0) notices.push({ kind: 'status', listed, items })
  }
  for (const [id, { listed, events }] of before) {
    if (!after.has(id) && events.has('MailboxName')) notices.push({ kind: 'gone', listed })
  }
  return notices
}

function changedItems(was: Listed, { listed, events }: Watched): readonly StatusItem[] {
  const [old, now] = [was.mailbox, listed.mailbox]
  if (old === undefined || now === undefined || old.highestModSeq === now.highestModSeq) return []
  const isNew = events.has('MessageNew') && now.uidNext !== old.uidNext
  const isGone = events.has('MessageExpunge') && now.messages !== old.messages + arrived(old, now)
  const items: StatusItem[] = []
  if (isNew || isGone) items.push('MESSAGES')
  if (isNew) items.push('UIDNEXT', 'UIDVALIDITY')
  // RFC 5465 §5.3: a change of flags is told by what it does to the mailbox.
  if (events.has('FlagChange')) items.push('UNSEEN', 'HIGHESTMODSEQ')
  return items
}

function arrived(old: { readonly uidNext: number }, now: { readonly uidNext: number }): number {
  return now.uidNext - old.uidNext
}

/** What STATUS in the NOTIFY command itself asks of a mailbox (RFC 5465 §3.1). */
export function firstItems({ events }: Watched): readonly StatusItem[] {
  if (!events.has('MessageNew')) return []
  const flags: readonly StatusItem[] = events.has('FlagChange') ? ['UNSEEN', 'HIGHESTMODSEQ'] : []
  return ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY', ...flags]
}
