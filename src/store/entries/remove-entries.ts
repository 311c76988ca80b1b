/**
 * Entries leave a mailbox: a tombstone for each, and a message that now stands in no mailbox becomes
 * recoverable. Architecture D9.
 */
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import { makeRecoverable, seenBefore } from './make-recoverable.ts'
import { sumOctets, takeOut, type Removal } from './take-out.ts'

/** Within a transaction that holds the account. @returns the UIDs, ascending. */
export async function removeEntries(
  context: StoreContext,
  tx: Tx,
  removal: Removal,
): Promise<readonly number[]> {
  const seen = await seenBefore(context, tx, removal)
  const removed = await takeOut(context, tx, removal)
  if (removed.length === 0) return []
  await makeRecoverable(context, tx, removal, { removed, seen })
  await tx.execute({
    name: 'store.give-back',
    text: `UPDATE account SET used_octets = used_octets - $2, used_messages = used_messages - $3
      WHERE account_id = $1`,
    values: [removal.account, sumOctets(removed), removed.length],
  })
  return removed.map((row) => row.uid)
}
