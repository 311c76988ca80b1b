/** \Seen where an account has several users: each has his own. Architecture D6. */
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'

export async function markSeen(
  tx: Tx,
  account: AccountId,
  mailbox: MailboxId,
  viewer: PrincipalId,
  uids: readonly number[],
): Promise<void> {
  if (uids.length === 0) return
  await tx.execute({
    name: 'store.mark-seen',
    text: `INSERT INTO entry_seen (account_id, mailbox_id, principal_id, uid)
      SELECT $1, $2, $3, unnest($4::bigint[]) ON CONFLICT DO NOTHING`,
    values: [account, mailbox, viewer, uids],
  })
}

export async function markUnseen(
  tx: Tx,
  account: AccountId,
  mailbox: MailboxId,
  viewer: PrincipalId,
  uids: readonly number[],
): Promise<void> {
  if (uids.length === 0) return
  await tx.execute({
    name: 'store.mark-unseen',
    text: `DELETE FROM entry_seen WHERE account_id = $1 AND mailbox_id = $2 AND principal_id = $3
      AND uid = ANY($4::bigint[])`,
    values: [account, mailbox, viewer, uids],
  })
}
