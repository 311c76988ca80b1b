/**
 * Which messages of a mailbox have a text, as far as their texts are packed: first the filters say
 * where it cannot be, then the few segments left are opened and scanned. Architecture D8.
 */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import { withFreshKeys, type StoreContext } from '../context.ts'
import type { MessageHits, TextHits, TextQuery } from '../types.ts'
import { hitsByIdMax, segmentBatch } from './limits.ts'
import { readFilters } from './read-filters.ts'
import { openScope, readSealed, SegmentGone, type Members, type Scope } from './scope.ts'
import { decompressPack, unsealPack, type SealedPack, type SegmentPart } from './segment.ts'
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

/** A query, and what it found so far. */
interface Looking {
  readonly needle: Buffer
  readonly field: Buffer | undefined
  readonly parts: readonly SegmentPart[]
  readonly found: (readonly MessageId[])[]
}

const parts: readonly SegmentPart[] = ['headers', 'bodies']

function lookingFor({ where, needle }: TextQuery): Looking {
  return {
    needle: Buffer.from(needle),
    field: typeof where === 'string' ? undefined : Buffer.from(where.field),
    parts: where === 'text' ? parts : where === 'body' ? ['bodies'] : ['headers'],
    found: [],
  }
}

/** What each query finds. A pack is opened once for all of them. */
async function scan(scope: Scope, queries: readonly TextQuery[]): Promise<readonly HitLists[]> {
  const candidates = await readFilters(scope)
  const all = queries.map(lookingFor)
  for (const part of parts) {
    const wanted = new Map<string, readonly Looking[]>()
    const here = all.filter((looking) => looking.parts.includes(part))
    for (const { id, filter } of candidates) {
      const may = here.filter(({ needle }) => mayHold(filter[part], needle))
      if (may.length > 0) wanted.set(id, may)
    }
    await scanPart(scope, part, wanted)
  }
  return all.map(({ found }) => found)
}

/** @param wanted what is looked for in which segment. */
async function scanPart(
  scope: Scope,
  part: SegmentPart,
  wanted: ReadonlyMap<string, readonly Looking[]>,
): Promise<void> {
  const ids = [...wanted.keys()]
  const { searchFilters } = scope.context
  const read = (at: number) => {
    const batch = ids.slice(at, at + segmentBatch)
    // Held until they are used: what is forgotten meanwhile would be missing.
    const known = new Map(batch.map((id) => [id, searchFilters.members(id)]))
    const isOfMembers = batch.some((id) => known.get(id) === undefined)
    const rows = readSealed(scope, part, batch, isOfMembers).then((sealed) =>
      sealed.map((row) => ({ ...row, known: known.get(row.segment_id) })),
    )
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
    for (const [place, row] of rows.entries()) {
      const octets = packs[place]
      if (octets === undefined) continue
      const pack = decodePack(octets)
      for (const { needle, field, found } of wanted.get(row.segment_id) ?? []) {
        const hits = findInPack(pack, needle, field)
        if (hits.length > 0) found.push(membersAt(scope, row, hits))
      }
    }
    // A segment takes a millisecond or two: others are let in between.
    await setImmediate()
  }
}

interface OpenedRow extends SealedPack, Members {
  /** Its members, where they are in memory. */
  readonly known: readonly MessageId[] | undefined
}

/** Ids of some of a segment's messages. */
function membersAt(
  { context: { searchFilters } }: Scope,
  { segment_id: id, members, known }: OpenedRow,
  places: readonly number[],
): readonly MessageId[] {
  const ids = known ?? members.split(' ')
  searchFilters.addMembers(id, ids)
  return places.length === ids.length ? ids : places.map((place) => ids[place] ?? '')
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
