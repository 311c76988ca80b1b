/** Mailboxes of an account as they are now. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { StoreContext } from '../context.ts'
import type { Mailbox } from '../types.ts'
import { normalizeName } from './name.ts'

/** In order of their names. */
export async function currentMailboxes(
  context: StoreContext,
  account: AccountId,
): Promise<readonly Mailbox[]> {
  return (await context.mirror.accounts.current(account)).mailboxes
}

/** @param asOf the account's modSeq that the answer has to know; the latest when undefined. */
export async function currentMailbox(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
  asOf = Number.MAX_SAFE_INTEGER,
): Promise<Mailbox> {
  const { accounts } = context.mirror
  const state = accounts.known(account, asOf) ?? (await accounts.current(account))
  const mailbox = state.find(id)
  if (mailbox === undefined) throw new Refusal('no-such-mailbox', { account, mailbox: id })
  return mailbox
}

export async function currentMailboxByName(
  context: StoreContext,
  account: AccountId,
  name: string,
): Promise<Mailbox> {
  const state = await context.mirror.accounts.current(account)
  const mailbox = state.findByName(normalizeName(name))
  if (mailbox === undefined) throw new Refusal('no-such-mailbox', { account })
  return mailbox
}
