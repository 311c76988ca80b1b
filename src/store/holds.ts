/** Holds: rows whose foreign key keeps a message from being destroyed. Architecture D9. */
import type { AccountId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'

/** @returns how many messages the matter no longer holds. Who may ask for it is not asked here. */
export function releaseHold(tx: Tx, accountId: AccountId, matterId: string): Promise<number> {
  return tx.execute({
    name: 'store.release-hold',
    text: 'DELETE FROM hold WHERE account_id = $1 AND matter_id = $2',
    values: [accountId, matterId],
  })
}
