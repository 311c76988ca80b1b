/**
 * The mailbox of what an account deleted. It has the account's own id, so that nobody looks it up;
 * it is made with the first deleted message. Its entries count in no quota. Architecture D9.
 */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import { insertMailbox } from './create.ts'
import { recoverableName } from './name.ts'

export function recoverableMailboxOf(account: AccountId): MailboxId {
  return account
}

export function isRecoverableMailbox(account: AccountId, mailbox: MailboxId): boolean {
  return mailbox === recoverableMailboxOf(account)
}

/** @throws Refusal('not-permitted'): nothing is put into it, changed in it or destroyed from it. */
export function refuseRecoverable(account: AccountId, mailbox: MailboxId): void {
  if (isRecoverableMailbox(account, mailbox))
    throw new Refusal('not-permitted', { account, what: 'recoverable items' })
}

/** Within a transaction that holds the account. */
export async function ensureRecoverableMailbox(
  context: StoreContext,
  tx: Tx,
  account: AccountId,
  modSeq: number,
): Promise<MailboxId> {
  const id = recoverableMailboxOf(account)
  const found = await tx.row({
    name: 'store.has-recoverable-mailbox',
    text: 'SELECT mailbox_id FROM mailbox WHERE account_id = $1 AND mailbox_id = $2',
    values: [account, id],
  })
  if (found !== undefined) return id
  const role = 'recoverable'
  return insertMailbox(context, tx, { account, name: recoverableName, modSeq, role, id })
}
