/** Recoverable items come back into a mailbox: counted in the quota again, flags as they were. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import { recoverableMailboxOf } from '../mailboxes/recoverable.ts'
import type { CopiedUids } from '../types.ts'
import { putIn, readSeen, writeSeen } from './put-in.ts'
import { takeOut } from './take-out.ts'
import { takeQuota } from './take-quota.ts'

export interface Recovery {
  readonly account: AccountId
  readonly to: MailboxId
  readonly modSeq: number
  /** In the mailbox of recoverable items. */
  readonly uids: readonly number[]
}

/** Within a transaction that holds the account. @throws Refusal('over-quota'); nothing changes. */
export async function recoverEntries(
  context: StoreContext,
  tx: Tx,
  { account, to, modSeq, uids }: Recovery,
): Promise<CopiedUids> {
  const from = recoverableMailboxOf(account)
  const seen = await readSeen(tx, account, from, uids)
  const entries = await takeOut(context, tx, { account, mailbox: from, modSeq, uids })
  await takeQuota(tx, account, entries)
  await tx.execute({
    name: 'store.recovered',
    text: 'DELETE FROM recoverable WHERE account_id = $1 AND message_id = ANY($2::uuid[])',
    values: [account, entries.map((entry) => entry.message_id)],
  })
  const copied = await putIn(context, tx, { account, mailbox: to, modSeq, entries })
  await writeSeen(tx, { account, mailbox: to }, seen, copied)
  return copied
}
