/**
 * Which messages of a mailbox have a text, as far as their texts are packed: first the filters say
 * where it cannot be, then the few segments left are opened and scanned. Architecture D8.
 */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import type { TextHits, TextQuery } from '../types.ts'
import { hitsByIdMax, segmentBatch } from './limits.ts'
import { openFilter, openPack, type SealedPack, type SegmentFilter } from './segment.ts'
import { decodePack, findInPack } from './text-pack.ts'
import { mayHold } from './trigrams.ts'

interface Scope {
  readonly context: StoreContext
  readonly account: AccountId
  readonly keys: AccountKeys
}

/** A segment and what is known of it without opening it. */
interface Candidate {
  readonly id: string
  readonly filter: SegmentFilter
}

/** Segments may be written anew while they are searched; then the search begins anew. */
const triesMax = 3

/** Undefined: nothing of the account is packed yet, or it does not keep still. */
export async function findTexts(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  queries: readonly TextQuery[],
): Promise<TextHits | undefined> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    try {
      return await findOnce(context, account, mailbox, queries)
    } catch (error) {
      if (!(error instanceof SegmentGone)) throw error
    }
  }
  return undefined
}

class SegmentGone extends Error {
  override readonly name = 'SegmentGone'
}

async function findOnce(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
  queries: readonly TextQuery[],
): Promise<TextHits | undefined> {
  const packedUntil = await readPackedUntil(context, account)
  if (packedUntil === undefined) return undefined
  const scope = { context, account, keys: await accountKeys(context, account) }
  // Read before the segments: what is packed meanwhile is then found twice, never not at all.
  const unpacked = await readUnpacked(scope, mailbox, packedUntil)
  const candidates = await readFilters(scope, packedUntil)
  const hits: ReadonlySet<number>[] = []
  for (const query of queries) {
    const found = new Set<MessageId>()
    for (const part of query.where === 'text' ? parts : [partOf(query)]) {
      await scanPart(scope, candidates, { query, part, found })
    }
    hits.push(await uidsOf(scope, mailbox, found))
  }
  return { unpacked: new Set(unpacked), hits }
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

async function readUnpacked(
  { context, account }: Scope,
  mailbox: MailboxId,
  packedUntil: MessageId,
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

/** Of one moment with how far it is packed: what was packed until then may be forgotten meanwhile. */
async function readFilters(scope: Scope, packedUntil: MessageId): Promise<readonly Candidate[]> {
  const { context, account, keys } = scope
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
  const rows = await context.database.rows<SealedPack & Members>({
    name: `store.segment-${column}`,
    text: `SELECT segment_id, content_key, message_ids, ${column} AS sealed FROM search_segment
      WHERE account_id = $1 AND segment_id = ANY($2::uuid[])`,
    values: [account, ids],
  })
  if (rows.length < ids.length) throw new SegmentGone()
  return rows
}

interface Members {
  readonly message_ids: readonly MessageId[]
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
  for (let at = 0; at < ids.length; at += segmentBatch) {
    for (const row of await readSealed(scope, part, ids.slice(at, at + segmentBatch))) {
      const octets = await withFreshKeys(scope.keys, () => openPack(scope.keys, part, row))
      for (const index of findInPack(decodePack(octets), needle, field)) {
        const id = row.message_ids[index]
        if (id !== undefined) found.add(id)
      }
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
