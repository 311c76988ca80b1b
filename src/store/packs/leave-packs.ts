/**
 * Takes messages out of the packs they are in, before they are destroyed: what is left of a pack is written
 * anew under another key, and the old one goes with its row.
 */
import type { AccountId, MailboxId, MessageId } from '../../base/id.ts'
import type { Db } from '../../db/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { openWithout, type PackRow } from './open-pack.ts'
import { insertPack, sealPack } from './write-pack.ts'

interface Row extends PackRow {
  readonly mailbox_id: MailboxId
  readonly first_uid: number
  readonly last_uid: number
}

export async function leavePacks(
  context: StoreContext,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<void> {
  if (ids.length === 0 || !(await isAnyPacked(context.database, account, ids))) return
  const keys = await accountKeys(context, account)
  const gone = new Set(ids)
  for (const row of await packsOf(context, account, ids)) {
    const messages = await withFreshKeys(keys, () => openWithout(keys, row, gone))
    const rest = messages.length === 0 ? undefined : await sealPack(context, account, messages)
    await context.database.transaction(async (tx) => {
      const range = { mailbox: row.mailbox_id, first: row.first_uid, last: row.last_uid }
      const done = await tx.execute({
        name: 'store.drop-pack',
        text: 'DELETE FROM mailbox_pack WHERE account_id = $1 AND mailbox_id = $2 AND pack_id = $3',
        values: [account, row.mailbox_id, row.pack_id],
      })
      // Another node is at the same: what it left out it destroys.
      if (done > 0 && rest !== undefined) await insertPack(tx, { account, ...range }, rest)
    })
  }
}

/** All of an account: they are made anew. */
export async function forgetPacks({ database }: StoreContext, account: AccountId): Promise<void> {
  await database.single({
    name: 'store.forget-packs',
    text: 'DELETE FROM mailbox_pack WHERE account_id = $1',
    values: [account],
  })
}

const withAny = `account_id = $1 AND message_ids && $2::uuid[] AND last_id >= $3 AND first_id <= $4`

function boundsOf(
  ids: readonly MessageId[],
): readonly [MessageId | undefined, MessageId | undefined] {
  const sorted = ids.toSorted()
  return [sorted[0], sorted.at(-1)]
}

export async function isAnyPacked(
  db: Db,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<boolean> {
  const row = await db.row({
    name: 'store.is-in-pack',
    text: `SELECT FROM mailbox_pack WHERE ${withAny} LIMIT 1`,
    values: [account, ids, ...boundsOf(ids)],
  })
  return row !== undefined
}

function packsOf(
  { database }: StoreContext,
  account: AccountId,
  ids: readonly MessageId[],
): Promise<readonly Row[]> {
  return database.rows<Row>({
    name: 'store.packs-with',
    text: `SELECT mailbox_id, first_uid, last_uid, pack_id, content_key, facts, heads, forms, orders
      FROM mailbox_pack WHERE ${withAny}`,
    values: [account, ids, ...boundsOf(ids)],
  })
}
