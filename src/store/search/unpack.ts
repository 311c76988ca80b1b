/**
 * Takes the text of messages out of their segments before they are destroyed. From then on they are
 * read one by one, so that a search stays exact whatever happens next. Architecture D8.
 */
import type { AccountId, MessageId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { leaveUnpacked } from './pack.ts'
import { insertSegment, openPack, type SegmentPart } from './segment.ts'
import { decodePack, withoutMessages } from './text-pack.ts'

interface SegmentRow {
  readonly segment_id: string
  readonly message_ids: readonly MessageId[]
  readonly content_key: Buffer
  readonly headers: Buffer
  readonly bodies: Buffer
}

export async function unpackTexts(
  context: StoreContext,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<void> {
  if (ids.length === 0 || !(await isPacked(context, account, ids))) return
  // Opened before the transaction: what opens them reads outside of it.
  await accountKeys(context, account)
  await context.database.transaction(async (tx) => {
    const segments = await tx.rows<SegmentRow>({
      name: 'store.segments-of',
      text: `DELETE FROM search_segment WHERE account_id = $1 AND message_ids && $2::uuid[]
        RETURNING segment_id, message_ids, content_key, headers, bodies`,
      values: [account, ids],
    })
    const gone = new Set(ids)
    for (const segment of segments) await keepRest(context, tx, account, { segment, gone })
    const packed = segments.flatMap((segment) => segment.message_ids.filter((id) => gone.has(id)))
    if (packed.length > 0) await leaveUnpacked(tx, account, packed)
  })
}

/** Most of what is destroyed was never packed, or not yet: then no key need be opened. */
async function isPacked(
  { database }: StoreContext,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<boolean> {
  const row = await database.row({
    name: 'store.is-packed',
    text: `SELECT FROM search_segment WHERE account_id = $1 AND message_ids && $2::uuid[] LIMIT 1`,
    values: [account, ids],
  })
  return row !== undefined
}

interface Cut {
  readonly segment: SegmentRow
  readonly gone: ReadonlySet<MessageId>
}

/** A segment anew, with another key: the old one's goes with its row. */
async function keepRest(
  context: StoreContext,
  tx: Tx,
  account: AccountId,
  { segment, gone }: Cut,
): Promise<void> {
  const { segment_id, content_key, message_ids: ids } = segment
  const messageIds = ids.filter((id) => !gone.has(id))
  if (messageIds.length === 0) return
  const keys = await accountKeys(context, account)
  const isKept = (_: unknown, index: number): boolean => !gone.has(ids[index] ?? '')
  const open = (part: SegmentPart): Buffer =>
    openPack(keys, part, { segment_id, content_key, sealed: segment[part] })
  const rest = (part: 'headers' | 'bodies'): Buffer =>
    withoutMessages(decodePack(open(part)), (index) => isKept(undefined, index))
  const [headers, bodies] = await withFreshKeys(
    keys,
    () => [rest('headers'), rest('bodies')] as const,
  )
  await insertSegment(context, tx, keys, { messageIds, headers, bodies })
}

/** After they were destroyed. */
export async function forgetUnpacked(
  { database }: StoreContext,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<void> {
  if (ids.length === 0) return
  await database.single({
    name: 'store.forget-unpacked',
    text: `DELETE FROM search_unpacked u WHERE account_id = $1 AND message_id = ANY($2::uuid[])
      AND NOT EXISTS (SELECT FROM message m
        WHERE m.account_id = $1 AND m.message_id = u.message_id)`,
    values: [account, ids],
  })
}
