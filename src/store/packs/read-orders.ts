/** What the messages of a mailbox are sorted and threaded by, as far as it is packed. */
import { setImmediate } from 'node:timers/promises'
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { StoreContext } from '../context.ts'
import type { PackedOrder } from '../types.ts'
import { readPacks } from './read-packs.ts'

/** By UID. What is missing is not packed, or is gone. @param uids ascending. */
export async function readOrders(
  context: StoreContext,
  place: { readonly account: AccountId; readonly mailbox: MailboxId },
  uids: readonly number[],
): Promise<ReadonlyMap<number, PackedOrder>> {
  const found = new Map<number, PackedOrder>()
  for await (const { pack, uids: some } of readPacks(context, place, uids, ['orders'])) {
    if (pack === undefined) continue
    let at = 0
    for (const [index, uid] of pack.facts.uids.entries()) {
      if (uid !== some[at]) continue
      at += 1
      const order = pack.orders.orders[index]
      const [octets, receivedAt] = [pack.facts.sizes[index], pack.facts.receivedAts[index]]
      if (order === undefined) continue
      found.set(uid, { order, octets: octets ?? 0, receivedAt: receivedAt ?? 0 })
    }
    await setImmediate()
  }
  return found
}
