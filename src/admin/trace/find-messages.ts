/**
 * Goes through the mail log of a span and gathers what it says of the messages that are meant: first
 * which they are, then, from the first of them on, everything about them.
 */
import { type MailLogEntry, readMailLog } from '../../audit/mail-log.ts'
import type { Millis } from '../../base/clock.ts'
import type { Db } from '../../db/types.ts'
import type { HashingSealer } from '../../keys/types.ts'
import { traceEntriesMax } from '../limits.ts'

export interface Wanted {
  /** The id in our Received field and in the reply to the client. */
  readonly id: string | undefined
  /** RFC 5322 §3.6.4, with or without its angle brackets. */
  readonly headerId: string | undefined
  readonly sender: string | undefined
  readonly recipient: string | undefined
}

export interface Search {
  readonly wanted: Wanted
  readonly from: Millis
  readonly to: Millis
  readonly limit: number
  /** Whether the asker may know of the message at all. */
  readonly isShown: (entry: MailLogEntry) => boolean
}

export interface Found {
  /** By message, the oldest first; entries in their order. */
  readonly messages: ReadonlyMap<string, readonly MailLogEntry[]>
  /** There is more than was looked at, or than was wanted. */
  readonly isCut: boolean
}

export async function findMessages(db: Db, keys: HashingSealer, search: Search): Promise<Found> {
  const { ids, firstAt, isCut } = await findIds(db, keys, search)
  const messages = new Map<string, MailLogEntry[]>()
  if (ids.size === 0) return { messages, isCut }
  // The taking of a message may stand before the first entry that matched.
  const span = { from: Math.max(search.from, firstAt - beforeMs), to: search.to }
  for await (const entries of readMailLog(db, keys, span))
    for (const entry of entries) {
      if (!ids.has(entry.messageId)) continue
      const known = messages.get(entry.messageId)
      if (known === undefined) messages.set(entry.messageId, [entry])
      else known.push(entry)
    }
  for (const entries of messages.values()) entries.sort(inOrder)
  return { messages, isCut }
}

/** Within a millisecond a message is taken before anything becomes of it. */
function inOrder(a: MailLogEntry, b: MailLogEntry): number {
  const isLater = (entry: MailLogEntry) => (entry.outcomes === undefined ? 0 : 1)
  return a.at - b.at || isLater(a) - isLater(b)
}

/** Between the taking of a message and what became of it lies the largest of transfers. */
const beforeMs = 3_600_000

async function findIds(db: Db, keys: HashingSealer, search: Search) {
  const isWanted = matcherOf(search.wanted)
  const ids = new Set<string>()
  let firstAt = search.to
  let seen = 0
  for await (const entries of readMailLog(db, keys, search))
    for (const entry of entries) {
      if (++seen > traceEntriesMax) return { ids, firstAt, isCut: true }
      if (ids.has(entry.messageId) || !isWanted(entry) || !search.isShown(entry)) continue
      if (ids.size === search.limit) return { ids, firstAt, isCut: true }
      ids.add(entry.messageId)
      firstAt = Math.min(firstAt, entry.at)
    }
  return { ids, firstAt, isCut: false }
}

function matcherOf({ id, headerId, sender, recipient }: Wanted): (entry: MailLogEntry) => boolean {
  const bare = headerId === undefined ? undefined : bareId(headerId)
  const from = sender?.toLowerCase()
  const to = recipient?.toLowerCase()
  return (entry) =>
    (id === undefined || entry.messageId === id) &&
    (bare === undefined || (entry.headerId !== undefined && bareId(entry.headerId) === bare)) &&
    (from === undefined || entry.reversePath.toLowerCase() === from) &&
    (to === undefined || concerns(entry, to))
}

function concerns({ recipients, outcomes = [] }: MailLogEntry, address: string): boolean {
  const isIt = (text: string | undefined) => text?.toLowerCase() === address
  return (
    recipients.some(isIt) ||
    outcomes.some((one) => isIt(one.recipient) || isIt(one.addressed) || isIt(one.list))
  )
}

function bareId(text: string): string {
  return text.trim().replace(/^</, '').replace(/>$/, '')
}
