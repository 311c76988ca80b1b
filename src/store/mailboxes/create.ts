/** CREATE: a mailbox and the superior names it needs. RFC 9051 §6.3.4, RFC 6154 §3. */
import { newId, type AccountId, type MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import { violated } from '../../db/faults.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, newUidValidity, type StoreContext } from '../context.ts'
import { mailboxesMax } from '../limits.ts'
import type { Mailbox, MailboxRole } from '../types.ts'
import { changeAccount } from './change.ts'
import { checkNewName, superiorNames } from './name.ts'
import { hashName, readMailbox, readMailboxes, sealName } from './read.ts'

export async function createMailbox(
  context: StoreContext,
  account: AccountId,
  wanted: string,
  role?: MailboxRole,
): Promise<Mailbox> {
  const name = checkNewName(wanted)
  return changeAccount(context, account, async (tx, modSeq) => {
    const mailboxes = await readMailboxes(context, account, tx)
    const names = new Set(mailboxes.map((mailbox) => mailbox.name))
    if (names.has(name)) throw new Refusal('mailbox-exists', { account })
    if (mailboxes.length >= mailboxesMax) throw new Refusal('too-many', { what: 'mailboxes' })
    if (role !== undefined && mailboxes.some((mailbox) => mailbox.role === role))
      throw new Refusal('already-exists', { what: 'special use' })
    for (const superior of superiorNames(name))
      if (!names.has(superior))
        await insertMailbox(context, tx, { account, name: superior, modSeq })
    const id = await insertMailbox(context, tx, { account, name, modSeq, role })
    return readMailbox(context, account, id, tx)
  })
}

export interface NewMailbox {
  readonly account: AccountId
  readonly name: string
  readonly modSeq: number
  readonly role?: MailboxRole | undefined
  /** A new one when undefined. */
  readonly id?: MailboxId
}

/** UIDVALIDITY never repeats within an account, so a name used again is never taken for the old. */
export async function insertMailbox(
  context: StoreContext,
  tx: Tx,
  { account, name, modSeq, role, id = newId(context.clock) }: NewMailbox,
): Promise<MailboxId> {
  const keys = await accountKeys(context, account)
  const hash = hashName(keys, name)
  const sealed = sealName(keys, id, name)
  // A mail program shows what was deleted only to those who ask for it.
  const isSubscribed = role !== 'recoverable'
  const validity = newUidValidity(context)
  const values = [account, id, hash, sealed, role ?? null, validity, modSeq, isSubscribed]
  try {
    await tx.execute({
      name: 'store.insert-mailbox',
      text: `WITH validity AS (
          UPDATE account SET uid_validity_last = greatest(uid_validity_last + 1, $6)
          WHERE account_id = $1 RETURNING uid_validity_last),
        kept AS (DELETE FROM kept_subscription WHERE account_id = $1 AND name_hash = $3)
        INSERT INTO mailbox (account_id, mailbox_id, name_hash, name, role, uid_validity,
          highest_modseq, is_subscribed, created_modseq, named_modseq)
        SELECT $1, $2, $3, $4, $5, uid_validity_last, $7, $8, $7, $7 FROM validity`,
      values,
    })
  } catch (error) {
    if (violated(error)?.code === '23505')
      throw new Refusal('mailbox-exists', { account }, { cause: error })
    throw error
  }
  return id
}
