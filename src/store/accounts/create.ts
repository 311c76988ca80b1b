/** A new holder of mail: its row and the mailboxes every mail program looks for. */
import type { AccountId, DepartmentId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import { lockAccounts } from '../mailboxes/change.ts'
import { insertMailbox } from '../mailboxes/create.ts'
import type { AccountKind, MailboxRole } from '../types.ts'

export interface NewAccount {
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly kind: AccountKind
  readonly limitOctets?: number | undefined
  readonly limitMessages?: number | undefined
}

/** RFC 6154; the names mail programs show in their own words. */
const defaults: readonly (readonly [name: string, role: MailboxRole])[] = [
  ['INBOX', 'inbox'],
  ['Drafts', 'drafts'],
  ['Sent', 'sent'],
  ['Junk', 'junk'],
  ['Trash', 'trash'],
  ['Archive', 'archive'],
]

/** In the transaction that makes its person, post or shared mailbox and its keys. */
export async function createAccount(
  context: StoreContext,
  tx: Tx,
  account: NewAccount,
): Promise<void> {
  await tx.execute({
    name: 'store.create-account',
    text: `INSERT INTO account (account_id, department_id, kind, limit_octets, limit_messages,
        created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
    values: [
      account.accountId,
      account.departmentId,
      account.kind,
      account.limitOctets ?? null,
      account.limitMessages ?? null,
      context.clock.now(),
    ],
  })
}

/**
 * Made when the account is first used and not with it: its keys can be opened only once they are
 * committed, and ten thousand people of an import need no mailbox before their first mail.
 */
export async function ensureDefaultMailboxes(
  context: StoreContext,
  account: AccountId,
): Promise<void> {
  // Opened before the transaction: what opens them reads outside of it.
  await accountKeys(context, account)
  await context.database.transaction(async (tx) => {
    await lockAccounts(tx, [account])
    const row = await tx.row<{ has_any: boolean }>({
      name: 'store.has-mailboxes',
      text: 'SELECT EXISTS (SELECT FROM mailbox WHERE account_id = $1) AS has_any',
      values: [account],
    })
    if (row?.has_any === true) return
    for (const [name, role] of defaults)
      await insertMailbox(context, tx, { account, name, role, modSeq: 1 })
  })
}
