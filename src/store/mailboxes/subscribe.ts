/** SUBSCRIBE and UNSUBSCRIBE. RFC 9051 §6.3.7. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { StoreContext } from '../context.ts'
import { changeAccount } from './change.ts'

export async function setSubscribed(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
  isSubscribed: boolean,
): Promise<void> {
  await changeAccount(context, account, async (tx, modSeq) => {
    const touched = await tx.execute({
      name: 'store.subscribe',
      text: `UPDATE mailbox SET is_subscribed = $3, named_modseq = $4
        WHERE account_id = $1 AND mailbox_id = $2`,
      values: [account, id, isSubscribed, modSeq],
    })
    if (touched === 0) throw new Refusal('no-such-mailbox', { account, mailbox: id })
  })
}
