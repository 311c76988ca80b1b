/** NOTIFY: which mailboxes, which events. RFC 5465 §8. */
import { notifyGroupsMax } from '../limits.ts'
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'
import { parseFetchItem, type FetchItem } from './parse-fetch.ts'
import { parseMailboxFilter, type MailboxFilter } from './parse-mailbox-filter.ts'

const messageEvents = ['MessageNew', 'MessageExpunge', 'FlagChange'] as const
const mailboxEvents = ['MailboxName', 'SubscriptionChange'] as const
export const events = [...messageEvents, ...mailboxEvents] as const
export type NotifyEvent = (typeof events)[number]

/** Known to the standard, not to us. */
const foreign = new Set(['ANNOTATIONCHANGE', 'MAILBOXMETADATACHANGE', 'SERVERMETADATACHANGE'])

export interface NotifyGroup {
  readonly filter: MailboxFilter
  readonly events: ReadonlySet<NotifyEvent>
  /** What is told of each new message of the selected mailbox. */
  readonly items: readonly FetchItem[]
}

export interface NotifyRequest {
  /** STATUS of every mailbox first. */
  readonly hasStatus: boolean
  /** None: nothing is told any more. */
  readonly groups: readonly NotifyGroup[]
}

export function parseNotify(cursor: Cursor, parseName: () => string): NotifyRequest {
  cursor.space()
  if (cursor.tryWord('NONE')) return { hasStatus: false, groups: [] }
  if (!cursor.tryWord('SET')) throw new BadSyntax('SET or NONE is missing')
  cursor.space()
  const hasStatus = cursor.tryWord('STATUS')
  if (hasStatus) cursor.space()
  const groups: NotifyGroup[] = []
  do groups.push(parseGroup(cursor, parseName))
  while (cursor.trySkip(' '))
  if (groups.length > notifyGroupsMax) throw new BadSyntax('Too many groups', 'LIMIT', true)
  if (groups.filter(isOfSelected).length > 1) {
    throw new BadSyntax('SELECTED and SELECTED-DELAYED exclude each other')
  }
  return { hasStatus, groups }
}

export function isOfSelected({ filter }: NotifyGroup): boolean {
  return filter.kind === 'selected' || filter.kind === 'selected-delayed'
}

function parseGroup(cursor: Cursor, parseName: () => string): NotifyGroup {
  cursor.skip('(')
  const filter = parseMailboxFilter(cursor, parseName)
  cursor.space()
  const found = new Set<NotifyEvent>()
  let items: readonly FetchItem[] = []
  let isForeign = false
  if (!cursor.tryWord('NONE')) {
    cursor.list(() => {
      const word = cursor.word()
      const event = events.find((name) => name.toUpperCase() === word)
      if (event !== undefined) found.add(event)
      else if (foreign.has(word)) isForeign = true
      else throw new BadSyntax('There is no such event')
      if (event === 'MessageNew' && cursor.peek() === ' ' && cursor.peek(1) === '(') {
        cursor.space()
        items = cursor.list(() => parseFetchItem(cursor))
      }
    })
  }
  cursor.skip(')')
  // RFC 5465 §8: what is not known is named, so that the client can ask for less.
  if (isForeign) {
    throw new BadSyntax('Not all of these events are known', `BADEVENT (${events.join(' ')})`, true)
  }
  const group = { filter, events: found, items }
  check(group)
  return group
}

/** RFC 5465 §5.1 to §5.3 and §6.1: some events make sense together only. */
function check(group: NotifyGroup): void {
  const { events: asked, items } = group
  const hasNew = asked.has('MessageNew')
  const isPaired = hasNew === asked.has('MessageExpunge')
  if (!isPaired || (asked.has('FlagChange') && !hasNew)) {
    throw new BadSyntax('MessageNew and MessageExpunge belong together, and FlagChange to both')
  }
  const isSelected = isOfSelected(group)
  if (isSelected && mailboxEvents.some((event) => asked.has(event))) {
    throw new BadSyntax('Only message events are for the selected mailbox')
  }
  if (!isSelected && items.length > 0) {
    throw new BadSyntax('Messages are fetched from the selected mailbox only')
  }
}
