/**
 * What messages of a mailbox are sorted and threaded by, as far as it is packed: opening a pack costs
 * what opening one message costs. Architecture D3.
 */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import type { OrderFacts } from '../../mime/order-facts.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { segmentBatch } from './limits.ts'
import { decodeOrders } from './order-pack.ts'
import { openPack, type SealedPack } from './segment.ts'

interface Range {
  readonly segment_id: string
  readonly first: MessageId
  readonly last: MessageId
}

interface OrderRow extends SealedPack {
  readonly message_ids: readonly MessageId[]
}

/** By UID. What is missing is not packed, or is gone. */
export async function readOrders(
  context: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
): Promise<ReadonlyMap<number, OrderFacts>> {
  const { database } = context
  const ranges = await database.rows<Range>({
    name: 'store.segment-ranges',
    text: `SELECT segment_id, message_ids[1] AS first, message_ids[cardinality(message_ids)] AS last
      FROM search_segment WHERE account_id = $1`,
    values: [account],
  })
  const found = new Map<number, OrderFacts>()
  if (ranges.length === 0) return found
  const uids = await readUids(context, account, mailbox)
  const sorted = [...uids.keys()].sort()
  const wanted = ranges.filter(({ first, last }) => isAnyWithin(sorted, first, last))
  const keys = await accountKeys(context, account)
  for (let at = 0; at < wanted.length; at += segmentBatch) {
    const rows = await database.rows<OrderRow>({
      name: 'store.segment-orders',
      text: `SELECT segment_id, content_key, message_ids, orders AS sealed FROM search_segment
        WHERE account_id = $1 AND segment_id = ANY($2::uuid[])`,
      values: [account, wanted.slice(at, at + segmentBatch).map((range) => range.segment_id)],
    })
    for (const row of rows) {
      const facts = decodeOrders(await withFreshKeys(keys, () => openPack(keys, 'orders', row)))
      for (const [index, id] of row.message_ids.entries()) {
        const order = facts[index]
        for (const uid of uids.get(id) ?? []) if (order !== undefined) found.set(uid, order)
      }
    }
    await setImmediate()
  }
  return found
}

/** A message may stand in a mailbox more than once. */
async function readUids(
  { database }: StoreContext,
  account: AccountId,
  mailbox: MailboxId,
): Promise<ReadonlyMap<MessageId, readonly number[]>> {
  const rows = await database.rows<{ uid: number; message_id: MessageId }>({
    name: 'store.uids-in-mailbox',
    text: 'SELECT uid, message_id FROM entry WHERE account_id = $1 AND mailbox_id = $2',
    values: [account, mailbox],
  })
  const uids = new Map<MessageId, number[]>()
  for (const { uid, message_id: id } of rows) {
    const others = uids.get(id)
    if (others === undefined) uids.set(id, [uid])
    else others.push(uid)
  }
  return uids
}

/** Ids as text are in the order of their octets. */
function isAnyWithin(sorted: readonly MessageId[], first: MessageId, last: MessageId): boolean {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < first) low = middle + 1
    else high = middle
  }
  const next = sorted[low]
  return next !== undefined && next <= last
}
