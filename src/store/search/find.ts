/**
 * Which messages of a mailbox have a text, as far as their texts are packed: first the filters say
 * where it cannot be, then the few segments left are opened and scanned. Architecture D8.
 */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import { withFreshKeys, type StoreContext } from '../context.ts'
import type { MessageHits, TextHits, TextQuery } from '../types.ts'
import { hitsByIdMax, segmentBatch } from './limits.ts'
import { readFilters, type Candidate } from './read-filters.ts'
import { openScope, readSealed, SegmentGone, type Scope } from './scope.ts'
import { decompressPack, unsealPack, type SegmentPart } from './segment.ts'
import { decodePack, findInPack } from './text-pack.ts'
import { mayHold } from './trigrams.ts'

/** Segments may be written anew while they are searched; then the search begins anew. */
const triesMax = 3

/** In one mailbox, by UID. Undefined: nothing of the account is packed yet, or it does not keep still. */
export function findTexts(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  queries: readonly TextQuery[],
): Promise<TextHits | undefined> {
  return untilItKeepsStill(async () => {
    const scope = await openScope(context, account, mailbox)
    if (scope === undefined) return undefined
    const unpacked = scope.unpacked.map(Number)
    const found = await scan(scope, queries)
    const hits: ReadonlySet<number>[] = []
    for (const lists of found) hits.push(await uidsOf(scope, mailbox, new Set(lists.flat())))
    return { unpacked: new Set(unpacked), hits }
  })
}

/** In the whole account, by message. Undefined as of `findTexts`. */
export function findMessages(
  context: StoreContext,
  account: AccountId,
  queries: readonly TextQuery[],
): Promise<MessageHits | undefined> {
  return untilItKeepsStill(async () => {
    const scope = await openScope(context, account)
    if (scope === undefined) return undefined
    return { unpacked: new Set(scope.unpacked), hits: await scan(scope, queries) }
  })
}

async function untilItKeepsStill<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    try {
      return await find()
    } catch (error) {
      if (!(error instanceof SegmentGone)) throw error
    }
  }
  return undefined
}

type HitLists = readonly (readonly MessageId[])[]

/** What each query finds. */
async function scan(scope: Scope, queries: readonly TextQuery[]): Promise<readonly HitLists[]> {
  const candidates = await readFilters(scope)
  const hits: HitLists[] = []
  for (const query of queries) {
    const found: (readonly MessageId[])[] = []
    for (const part of query.where === 'text' ? parts : [partOf(query)])
      await scanPart(scope, candidates, { query, part, found })
    hits.push(found)
  }
  return hits
}

const parts: readonly SegmentPart[] = ['headers', 'bodies']

function partOf({ where }: TextQuery): SegmentPart {
  return where === 'body' ? 'bodies' : 'headers'
}

interface PartScan {
  readonly query: TextQuery
  readonly part: SegmentPart
  readonly found: (readonly MessageId[])[]
}

async function scanPart(
  scope: Scope,
  candidates: readonly Candidate[],
  { query, part, found }: PartScan,
): Promise<void> {
  const needle = Buffer.from(query.needle)
  const field = typeof query.where === 'string' ? undefined : Buffer.from(query.where.field)
  const ids = candidates.filter(({ filter }) => mayHold(filter[part], needle)).map(({ id }) => id)
  const { searchFilters } = scope.context
  const read = (at: number) => {
    const batch = ids.slice(at, at + segmentBatch)
    const isOfMembers = batch.some((id) => searchFilters.members(id) === undefined)
    const rows = readSealed(scope, part, batch, isOfMembers)
    // Its fault is heard when it is its turn, if it comes to that.
    rows.catch(() => undefined)
    return rows
  }
  // The next come while these are looked through.
  let next = read(0)
  for (let at = 0; at < ids.length; at += segmentBatch) {
    const rows = await next
    next = read(at + segmentBatch)
    const packs = await Promise.all(
      rows.map(async (row) =>
        decompressPack(await withFreshKeys(scope.keys, () => unsealPack(scope.keys, part, row))),
      ),
    )
    for (const [place, { segment_id: id, members }] of rows.entries()) {
      const octets = packs[place]
      const hits = octets === undefined ? [] : findInPack(decodePack(octets), needle, field)
      if (hits.length === 0) continue
      const messageIds = searchFilters.members(id) ?? members.split(' ')
      searchFilters.addMembers(id, messageIds)
      found.push(
        hits.length === messageIds.length
          ? messageIds
          : hits.map((index) => messageIds[index] ?? ''),
      )
    }
    // A segment takes a millisecond or two: others are let in between.
    await setImmediate()
  }
}

async function uidsOf(
  { context, account }: Scope,
  mailbox: MailboxId,
  ids: ReadonlySet<MessageId>,
): Promise<ReadonlySet<number>> {
  if (ids.size === 0) return new Set()
  const isMany = ids.size > hitsByIdMax
  const rows = await context.database.rows<{ uid: number; message_id: MessageId }>({
    name: isMany ? 'store.uids-of-all' : 'store.uids-of',
    text: `SELECT uid, message_id FROM entry WHERE account_id = $1 AND mailbox_id = $2
      ${isMany ? '' : 'AND message_id = ANY($3::uuid[])'}`,
    values: isMany ? [account, mailbox] : [account, mailbox, [...ids]],
  })
  return new Set(rows.filter((row) => ids.has(row.message_id)).map((row) => row.uid))
}
