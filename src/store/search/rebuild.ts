/**
 * Packs the texts of accounts anew, for whoever doubts them: what was packed is forgotten, and until an
 * account is packed again its messages are read one by one. Answers are exact all the while.
 */
import type { AccountId } from '../../base/id.ts'
import type { StoreContext } from '../context.ts'
import { rebuildAccountsBatch } from './limits.ts'
import { forgetPacks } from '../packs/leave-packs.ts'
import { forgetSnapshots } from '../mirror/write-snapshots.ts'
import { packMailboxes } from '../packs/pack-mailboxes.ts'
import { forgetDocuments } from '../documents/forget.ts'
import { firstId, forgetSegments } from './forget-segments.ts'
import { packAccount } from './pack.ts'

/** How far it is: of the messages of an account, or of all accounts. */
export type Told = (done: number, total: number) => void

/** @returns how many messages were packed; the youngest are packed later, as ever. */
export async function rebuildSearch(
  context: StoreContext,
  account: AccountId,
  told: Told = () => undefined,
): Promise<number> {
  const total = await countMessages(context, account)
  await forgetSegments(context, account)
  await forgetPacks(context, account)
  await forgetSnapshots(context, account)
  await forgetDocuments(context, account)
  await packMailboxes(context, account)
  return packAccount(context, account, {
    messagesMin: 1,
    told: (packed) => told(packed, Math.max(packed, total)),
  })
}

/** One account after the other. */
export async function rebuildAllSearch(context: StoreContext, told: Told): Promise<number> {
  const total = await countAccounts(context)
  let [packed, done, last] = [0, 0, firstId]
  for (;;) {
    const accounts = await readAccounts(context, last)
    for (const account of accounts) {
      packed += await rebuildSearch(context, account)
      done += 1
      told(done, Math.max(done, total))
    }
    last = accounts.at(-1) ?? last
    if (accounts.length < rebuildAccountsBatch) return packed
  }
}

async function countMessages({ database }: StoreContext, account: AccountId): Promise<number> {
  const row = await database.row<{ count: number }>({
    name: 'store.count-messages',
    text: 'SELECT count(*)::int8 AS count FROM message WHERE account_id = $1',
    values: [account],
  })
  return row?.count ?? 0
}

async function countAccounts({ database }: StoreContext): Promise<number> {
  const row = await database.row<{ count: number }>({
    name: 'store.count-accounts',
    text: 'SELECT count(*)::int8 AS count FROM account',
  })
  return row?.count ?? 0
}

async function readAccounts(
  { database }: StoreContext,
  after: AccountId,
): Promise<readonly AccountId[]> {
  const rows = await database.rows<{ account_id: AccountId }>({
    name: 'store.accounts-after',
    text: `SELECT account_id FROM account WHERE account_id > $1
      ORDER BY account_id LIMIT ${rebuildAccountsBatch}`,
    values: [after],
  })
  return rows.map((row) => row.account_id)
}
