/** What a mailbox is for, and where it stands among the others. RFC 8621 §2, RFC 6154 §2. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { StoreContext } from '../context.ts'
import type { MailboxRole } from '../types.ts'
import { changeAccount } from './change.ts'
import { readMailboxes } from './read.ts'
import { refuseRecoverable } from './recoverable.ts'

export interface Arrangement {
  /** Undefined: as it is; null: for nothing special. */
  readonly role?: MailboxRole | null
  readonly sortOrder?: number
}

/** Refusal('no-such-mailbox'); 'already-exists' where another has the role; 'invalid' for an INBOX. */
export async function arrangeMailbox(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
  { role, sortOrder }: Arrangement,
): Promise<void> {
  refuseRecoverable(account, id)
  await changeAccount(context, account, async (tx, modSeq) => {
    const mailboxes = await readMailboxes(context, account, tx)
    const mailbox = mailboxes.find((each) => each.id === id)
    if (mailbox === undefined) throw new Refusal('no-such-mailbox', { account, mailbox: id })
    const wanted = role === undefined ? mailbox.role : (role ?? undefined)
    const isChange = wanted !== mailbox.role
    if (
      isChange &&
      [wanted, mailbox.role].some((each) => each === 'inbox' || each === 'recoverable')
    )
      throw new Refusal('invalid', { what: 'role', mailbox: id })
    if (isChange && wanted !== undefined && mailboxes.some((each) => each.role === wanted))
      throw new Refusal('already-exists', { what: 'special use' })
    await tx.execute({
      name: 'store.arrange',
      text: `UPDATE mailbox SET role = $3, sort_order = $4, named_modseq = $5
        WHERE account_id = $1 AND mailbox_id = $2`,
      values: [account, id, wanted ?? null, sortOrder ?? mailbox.sortOrder ?? null, modSeq],
    })
  })
}
