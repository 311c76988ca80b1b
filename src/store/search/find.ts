/**
 * Which messages of a mailbox have a text, as far as their texts are packed: first the filters say
 * where it cannot be, then the few segments left are opened and scanned. Architecture D8.
 */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import type { MessageHits, TextHits, TextQuery } from '../types.ts'
import { hitsByIdMax, segmentBatch } from './limits.ts'
import {
  decompressPack,
  openFilter,
  unsealPack,
  type SealedPack,
  type SegmentFilter,
} from './segment.ts'
import { decodePack, findInPack } from './text-pack.ts'
import { mayHold } from './trigrams.ts'

interface Scope {
  readonly context: StoreContext
  readonly account: AccountId
  readonly keys: AccountKeys
  readonly packedUntil: MessageId
}

/** A segment and what is known of it without opening it. */
interface Candidate {
  readonly id: string
  readonly filter: SegmentFilter
}

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
    const scope = await openScope(context, account)
    if (scope === undefined) return undefined
    // Read before the segments: what is packed meanwhile is then found twice, never not at all.
    const unpacked = await readUnpackedUids(scope, mailbox)
    const found = await scan(scope, queries)
    const hits: ReadonlySet<number>[] = []
    for (const ids of found) hits.push(await uidsOf(scope, mailbox, ids))
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
    const unpacked = await readUnpackedIds(scope)
    const hits = await scan(scope, queries)
    // Of one form, so that ids are in order as their texts are.
    return { isPacked: (id) => id <= scope.packedUntil && !unpacked.has(id), hits }
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

class SegmentGone extends Error {
  override readonly name = 'SegmentGone'
}

async function openScope(context: StoreContext, account: AccountId): Promise<Scope | undefined> {
  const packedUntil = await readPackedUntil(context, account)
  if (packedUntil === undefined) return undefined
  return { context, account, packedUntil, keys: await accountKeys(context, account) }
}

/** What each query finds. */
async function scan(
  scope: Scope,
  queries: readonly TextQuery[],
): Promise<readonly ReadonlySet<MessageId>[]> {
  const candidates = await readFilters(scope)
  const hits: ReadonlySet<MessageId>[] = []
  for (const query of queries) {
    const found = new Set<MessageId>()
    for (const part of query.where === 'text' ? parts : [partOf(query)])
      await scanPart(scope, candidates, { query, part, found })
    hits.push(found)
  }
  return hits
}

type PackPart = 'headers' | 'bodies'
const parts: readonly PackPart[] = ['headers', 'bodies']

function partOf({ where }: TextQuery): PackPart {
  return where === 'body' ? 'bodies' : 'headers'
}

async function readPackedUntil(
  { database }: StoreContext,
  account: AccountId,
): Promise<MessageId | undefined> {
  const row = await database.row<{ packed_until: MessageId }>({
    name: 'store.packed-until',
    text: `SELECT packed_until FROM search_state WHERE account_id = $1 AND fold = $2
      AND EXISTS (SELECT FROM search_segment WHERE account_id = $1)`,
    values: [account, searchTextVersion],
  })
  return row?.packed_until
}

async function readUnpackedUids(
  { context, account, packedUntil }: Scope,
  mailbox: MailboxId,
): Promise<readonly number[]> {
  const rows = await context.database.rows<{ uid: number }>({
    name: 'store.unpacked-uids',
    text: `SELECT uid FROM entry WHERE account_id = $1 AND mailbox_id = $2 AND message_id > $3
      UNION SELECT uid FROM search_unpacked JOIN entry USING (account_id, message_id)
        WHERE account_id = $1 AND mailbox_id = $2`,
    values: [account, mailbox, packedUntil],
  })
  return rows.map((row) => row.uid)
}

/** Of those that were to be packed. */
async function readUnpackedIds({ context, account }: Scope): Promise<ReadonlySet<MessageId>> {
  const rows = await context.database.rows<{ message_id: MessageId }>({
    name: 'store.unpacked-ids',
    text: 'SELECT message_id FROM search_unpacked WHERE account_id = $1',
    values: [account],
  })
  return new Set(rows.map((row) => row.message_id))
}

/** Of one moment with how far it is packed: what was packed until then may be forgotten meanwhile. */
async function readFilters(scope: Scope): Promise<readonly Candidate[]> {
  const { context, account, keys, packedUntil } = scope
  const { searchFilters: filters } = context
  const rows = await context.database.rows<{ segment_id: string }>({
    name: 'store.segments',
    text: `SELECT segment_id FROM search_state JOIN search_segment USING (account_id)
      WHERE account_id = $1 AND packed_until >= $2`,
    values: [account, packedUntil],
  })
  if (rows.length === 0) throw new SegmentGone()
  const missing = rows.map((row) => row.segment_id).filter((id) => filters.get(id) === undefined)
  const opened = new Map<string, SegmentFilter>()
  for (const batch of await readSealed(scope, 'filter', missing)) {
    const filter = await withFreshKeys(keys, () => openFilter(keys, batch))
    opened.set(batch.segment_id, filter)
    filters.add(batch.segment_id, filter)
  }
  return rows.flatMap(({ segment_id: id }) => {
    const filter = opened.get(id) ?? filters.get(id)
    return filter === undefined ? [] : [{ id, filter }]
  })
}

async function readSealed(
  { context, account }: Scope,
  column: 'filter' | PackPart,
  ids: readonly string[],
): Promise<readonly (SealedPack & Members)[]> {
  if (ids.length === 0) return []
  // One text of all ids is read many times as fast as an array of them, and no filter asks for them.
  const members = column === 'filter' ? "''" : "array_to_string(message_ids, ' ')"
  const rows = await context.database.rows<SealedPack & Members>({
    name: `store.segment-${column}`,
    text: `SELECT segment_id, content_key, ${members} AS members, ${column} AS sealed
      FROM search_segment WHERE account_id = $1 AND segment_id = ANY($2::uuid[])`,
    values: [account, ids],
  })
  if (rows.length < ids.length) throw new SegmentGone()
  return rows
}

interface Members {
  /** Ids of its messages, in order. */
  readonly members: string
}

interface PartScan {
  readonly query: TextQuery
  readonly part: PackPart
  readonly found: Set<MessageId>
}

async function scanPart(
  scope: Scope,
  candidates: readonly Candidate[],
  { query, part, found }: PartScan,
): Promise<void> {
  const needle = Buffer.from(query.needle)
  const field = typeof query.where === 'string' ? undefined : Buffer.from(query.where.field)
  const ids = candidates.filter(({ filter }) => mayHold(filter[part], needle)).map(({ id }) => id)
  const read = (at: number) => {
    const rows = readSealed(scope, part, ids.slice(at, at + segmentBatch))
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
    for (const [place, { members }] of rows.entries()) {
      const octets = packs[place]
      const hits = octets === undefined ? [] : findInPack(decodePack(octets), needle, field)
      if (hits.length === 0) continue
      const messageIds = members.split(' ')
      for (const index of hits) found.add(messageIds[index] ?? '')
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
