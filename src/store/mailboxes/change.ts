/** Every change of an account begins here: its row is locked and the next modSeq taken. */
import type { AccountId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'

/**
 * Runs `work` in a transaction that holds the account, with the modSeq its changes carry. Writers of
 * one account come one after the other, so modSeqs become visible in order.
 */
export async function changeAccount<T>(
  context: StoreContext,
  account: AccountId,
  work: (tx: Tx, modSeq: number) => Promise<T>,
): Promise<T> {
  return context.database.transaction(async (tx) => {
    const modSeq = await takeModSeq(tx, account)
    tx.afterCommit(() => context.feed.announce(account, modSeq))
    return work(tx, modSeq)
  })
}

export async function takeModSeq(tx: Tx, account: AccountId): Promise<number> {
  const row = await tx.row<{ modseq: number }>({
    name: 'store.modseq',
    text: 'UPDATE account SET modseq = modseq + 1 WHERE account_id = $1 RETURNING modseq',
    values: [account],
  })
  if (row === undefined) throw new Refusal('no-such-account', { account })
  return row.modseq
}

/** Two accounts in one transaction are locked in the order of their ids, so nobody waits in a ring. */
export async function lockAccounts(tx: Tx, accounts: readonly AccountId[]): Promise<void> {
  await tx.execute({
    name: 'store.lock-accounts',
    text: `SELECT account_id FROM account WHERE account_id = ANY($1) ORDER BY account_id FOR UPDATE`,
    values: [accounts],
  })
}
