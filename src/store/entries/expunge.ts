/** EXPUNGE and UID EXPUNGE. RFC 9051 §6.4.3 and §6.4.9. */
import { kindOf, type StoreContext } from '../context.ts'
import { expungeOwn } from './expunge-own.ts'
import { changeAccount } from '../mailboxes/change.ts'
import { refuseRecoverable } from '../mailboxes/recoverable.ts'
import type { View } from './read.ts'
import { removeEntries } from './remove-entries.ts'
import { flagBits } from '../types.ts'

/** With `uids` undefined: all entries that are \Deleted. With `uids`: exactly those. */
export async function expunge(
  context: StoreContext,
  { account, mailbox }: View,
  uids: readonly number[] | undefined,
): Promise<{ readonly uids: readonly number[]; readonly modSeq: number }> {
  refuseRecoverable(account, mailbox)
  if ((await kindOf(context, account)) === 'person')
    return expungeOwn(context, { account, mailbox }, uids)
  return changeAccount(context, account, async (tx, modSeq) => {
    const deleted = await tx.rows<{ uid: number }>({
      name: 'store.deleted',
      text: `SELECT uid FROM entry WHERE account_id = $1 AND mailbox_id = $2
        AND CASE WHEN $3::bigint[] IS NULL THEN flags & ${flagBits['\\Deleted']} <> 0
          ELSE uid = ANY($3::bigint[]) END`,
      values: [account, mailbox, uids ?? null],
    })
    const gone = deleted.map((row) => row.uid)
    if (gone.length === 0) return { uids: [], modSeq }
    return {
      uids: await removeEntries(context, tx, { account, mailbox, modSeq, uids: gone }),
      modSeq,
    }
  })
}
