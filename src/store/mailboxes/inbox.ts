/** Where the INBOX of an account is. Asked at every delivery, hence remembered. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { ensureDefaultMailboxes } from '../accounts/create.ts'
import { kindOf, remember, type StoreContext } from '../context.ts'

export async function inboxOf(context: StoreContext, account: AccountId): Promise<MailboxId> {
  const known = context.inboxes.get(account)
  if (known !== undefined) return known
  await kindOf(context, account)
  const inbox = (await findInbox(context, account)) ?? (await makeInbox(context, account))
  return remember(context.inboxes, account, inbox)
}

async function findInbox(
  context: StoreContext,
  account: AccountId,
): Promise<MailboxId | undefined> {
  const row = await context.database.row<{ mailbox_id: MailboxId }>({
    name: 'store.inbox',
    text: `SELECT mailbox_id FROM mailbox WHERE account_id = $1 AND role = 'inbox'`,
    values: [account],
  })
  return row?.mailbox_id
}

async function makeInbox(context: StoreContext, account: AccountId): Promise<MailboxId> {
  await ensureDefaultMailboxes(context, account)
  const inbox = await findInbox(context, account)
  if (inbox === undefined) throw new Refusal('no-such-mailbox', { account })
  return inbox
}
