/**
 * Names that stay subscribed although no mailbox has them any more: the list of subscriptions is the client's, and
 * a server takes nothing from it by itself. RFC 9051 §6.3.7, RFC 5258 §3.1.
 */
import type { AccountId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { AccountKeys } from '../../keys/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { keptSubscriptionsMax } from '../limits.ts'
import type { Mailbox } from '../types.ts'
import { changeAccount } from './change.ts'
import { normalizeName } from './name.ts'
import { hashName } from './read.ts'

interface KeptRow {
  readonly name_hash: Buffer
  readonly name: Buffer
}

/** By name. */
export async function readKeptSubscriptions(
  context: StoreContext,
  account: AccountId,
): Promise<readonly string[]> {
  const rows = await context.database.rows<KeptRow>({
    name: 'store.kept-subscriptions',
    text: 'SELECT name_hash, name FROM kept_subscription WHERE account_id = $1',
    values: [account],
  })
  if (rows.length === 0) return []
  const keys = await accountKeys(context, account)
  const names = await withFreshKeys(keys, () =>
    rows.map((row) => keys.open(placeOf(row.name_hash), row.name).toString()),
  )
  return names.toSorted((a, b) => (a < b ? -1 : 1))
}

/** The mailbox is about to lose its name. Beyond the limit nothing more is kept. */
export async function keepSubscription(
  tx: Tx,
  keys: AccountKeys,
  { accountId, name, isSubscribed }: Mailbox,
): Promise<void> {
  if (!isSubscribed) return
  const hash = hashName(keys, name)
  await tx.execute({
    name: 'store.keep-subscription',
    text: `INSERT INTO kept_subscription (account_id, name_hash, name)
      SELECT $1, $2, $3
      WHERE (SELECT count(*) FROM kept_subscription WHERE account_id = $1) < $4
      ON CONFLICT (account_id, name_hash) DO NOTHING`,
    values: [accountId, hash, keys.seal(placeOf(hash), Buffer.from(name)), keptSubscriptionsMax],
  })
}

/** UNSUBSCRIBE of a name that no mailbox has. Refusal('no-such-mailbox'): it is not on the list. */
export async function dropKeptSubscription(
  context: StoreContext,
  account: AccountId,
  name: string,
): Promise<void> {
  const keys = await accountKeys(context, account)
  await changeAccount(context, account, async (tx) => {
    const dropped = await tx.execute({
      name: 'store.drop-subscription',
      text: 'DELETE FROM kept_subscription WHERE account_id = $1 AND name_hash = $2',
      values: [account, hashName(keys, normalizeName(name))],
    })
    if (dropped === 0) throw new Refusal('no-such-mailbox', { account })
  })
}

/** The hash names the account's name: a row put beside another opens nothing. */
function placeOf(hash: Buffer) {
  return { object: hash.toString('hex'), field: 'kept_subscription.name' }
}
