/** Messages an account holds, in mailboxes and among its recoverable items. */
import type { AccountId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'

/** Whoever puts one into it waits until the transaction ends. */
export async function countMessages(tx: Tx, account: AccountId): Promise<number> {
  await tx.row({
    name: 'store.hold-account',
    text: 'SELECT account_id FROM account WHERE account_id = $1 FOR UPDATE',
    values: [account],
  })
  const row = await tx.row<{ messages: number }>({
    name: 'store.count-messages',
    text: 'SELECT count(*) AS messages FROM message WHERE account_id = $1',
    values: [account],
  })
  return row?.messages ?? 0
}
