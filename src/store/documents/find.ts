/** Which messages have a text in their documents, as far as these are read. */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MessageId } from '../../base/id.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { searchTextVersion } from '../../mime/search-text.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import type { DocumentHits } from '../search/types.ts'
import { decompressPack, openSealed, unsealPack, type SealedPack } from '../search/segment.ts'
import { decodePack, findInPack } from '../search/text-pack.ts'
import { mayHold } from '../search/trigrams.ts'
import { segmentBatch } from './limits.ts'
import { documentColumns, type DocumentRow } from './segment.ts'
import { foldWords } from './words-of.ts'

/** In the whole account, for each word. A segment that is written anew meanwhile is looked for once more. */
export async function findDocuments(
  context: StoreContext,
  account: AccountId,
  words: readonly string[],
): Promise<DocumentHits> {
  const keys = await accountKeys(context, account)
  // Read before the segments: what is settled meanwhile is found, and only not remembered.
  const isWhole = !(await isAnyDue(context, account))
  const needles = words.map((word) => Buffer.from(foldWords(word.replaceAll('\0', ''))))
  const hits = words.map(() => new Set<MessageId>())
  const seen = new Set<string>()
  for (;;) {
    const fresh = (await readSegments(context, account)).filter((id) => !seen.has(id))
    if (fresh.length === 0) return { hits, isWhole }
    const wanted: string[] = []
    for (const [id, filter] of await readFilters({ context, account, keys }, fresh)) {
      seen.add(id)
      if (needles.some((needle) => needle.length > 0 && mayHold(filter, needle))) wanted.push(id)
    }
    await scan({ context, account, keys }, wanted, { needles, hits })
  }
}

async function isAnyDue({ database }: StoreContext, account: AccountId): Promise<boolean> {
  const row = await database.row({
    name: 'store.has-documents-due',
    text: 'SELECT FROM document_due WHERE account_id = $1 LIMIT 1',
    values: [account],
  })
  return row !== undefined
}

async function readSegments(
  { database }: StoreContext,
  account: AccountId,
): Promise<readonly string[]> {
  const rows = await database.rows<{ segment_id: string }>({
    name: 'store.document-segment-ids',
    text: 'SELECT segment_id FROM document_segment WHERE account_id = $1 AND fold = $2',
    values: [account, searchTextVersion],
  })
  return rows.map((row) => row.segment_id)
}

/** Out of memory, and those that are not there from the database; what is gone meanwhile is left out. */
async function readFilters(
  { context, account, keys }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const { database, searchFilters } = context
  const filters = new Map<string, Buffer>()
  const missing: string[] = []
  for (const id of ids) {
    const filter = searchFilters.get(id)
    if (filter === undefined) missing.push(id)
    else filters.set(id, filter)
  }
  if (missing.length === 0) return filters
  const rows = await database.rows<SealedPack>({
    name: 'store.document-filters',
    text: `SELECT segment_id, content_key, filter AS sealed FROM document_segment
      WHERE account_id = $1 AND segment_id = ANY($2::uuid[])`,
    values: [account, missing],
  })
  for (const row of rows) {
    const filter = await withFreshKeys(keys, () => openSealed(keys, 'search.filter', row))
    filters.set(row.segment_id, filter)
    searchFilters.add(row.segment_id, filter)
  }
  return filters
}

interface Scope {
  readonly context: StoreContext
  readonly account: AccountId
  readonly keys: AccountKeys
}

interface Search {
  readonly needles: readonly Buffer[]
  readonly hits: readonly Set<MessageId>[]
}

async function scan(
  { context, account, keys }: Scope,
  ids: readonly string[],
  { needles, hits }: Search,
): Promise<void> {
  for (let at = 0; at < ids.length; at += segmentBatch) {
    const rows = await context.database.rows<DocumentRow>({
      name: 'store.document-segments',
      text: `SELECT ${documentColumns} FROM document_segment
        WHERE account_id = $1 AND segment_id = ANY($2::uuid[])`,
      values: [account, ids.slice(at, at + segmentBatch)],
    })
    for (const row of rows) {
      const sealed = { ...row, sealed: row.texts }
      const packed = await withFreshKeys(keys, () => unsealPack(keys, 'documents', sealed))
      const pack = decodePack(await decompressPack(packed))
      for (const [place, needle] of needles.entries()) {
        if (needle.length === 0) continue
        for (const index of findInPack(pack, needle)) hits[place]?.add(row.message_ids[index] ?? '')
      }
    }
    // A segment takes a millisecond or two: others are let in between.
    await setImmediate()
  }
}

/** Messages whose words may have become visible since the account was at that modseq. */
export async function documentsSince(
  { database }: StoreContext,
  account: AccountId,
  modSeq: number,
): Promise<readonly MessageId[]> {
  const rows = await database.rows<{ message_id: MessageId }>({
    name: 'store.documents-since',
    text: `SELECT unnest(message_ids) AS message_id FROM document_segment
      WHERE account_id = $1 AND modseq >= $2`,
    values: [account, modSeq],
  })
  return rows.map((row) => row.message_id)
}
