/** DELETE: the mailbox goes, its messages become recoverable, its name stays subscribed. RFC 9051 §6.3.5. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import { forgetAnnotations } from '../annotations/annotations.ts'
import { removeEntries } from '../entries/remove-entries.ts'
import { changeAccount } from './change.ts'
import { keepSubscription } from './kept-subscriptions.ts'
import { isInferior } from './name.ts'
import { readMailboxes } from './read.ts'
import { refuseRecoverable } from './recoverable.ts'

export async function deleteMailbox(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
): Promise<void> {
  refuseRecoverable(account, id)
  await changeAccount(context, account, async (tx, modSeq) => {
    const mailboxes = await readMailboxes(context, account, tx)
    const mailbox = mailboxes.find((each) => each.id === id)
    if (mailbox === undefined) throw new Refusal('no-such-mailbox', { account, mailbox: id })
    if (mailbox.role === 'inbox') throw new Refusal('mailbox-not-deletable', { account })
    // A superior without inferiors stays possible only by creating it: IMAP4rev2 lets us say so.
    if (mailboxes.some((each) => isInferior(each.name, mailbox.name)))
      throw new Refusal('mailbox-has-children', { account })
    await removeEntries(context, tx, { account, mailbox: id, modSeq, uids: undefined })
    await keepSubscription(tx, await accountKeys(context, account), mailbox)
    const values = [account, id, modSeq]
    await forgetAnnotations(tx, account, id)
    await tx.execute({
      name: 'store.delete-mailbox',
      text: 'DELETE FROM mailbox WHERE account_id = $1 AND mailbox_id = $2',
      values: [account, id],
    })
    await tx.execute({
      name: 'store.bury-mailbox',
      text: 'INSERT INTO mailbox_gone (account_id, mailbox_id, modseq) VALUES ($1, $2, $3)',
      values,
    })
  })
}
