/**
 * RENAME takes the inferior names along; renaming INBOX moves its messages. Who subscribed to the mailbox still is, under
 * its new name; the old name stays on the list too, which only the client shortens. RFC 9051 §6.3.6, §6.3.7.
 */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, type StoreContext } from '../context.ts'
import { moveEntries } from '../entries/move-entries.ts'
import type { Mailbox } from '../types.ts'
import { changeAccount } from './change.ts'
import { insertMailbox } from './create.ts'
import { keepSubscription } from './kept-subscriptions.ts'
import { checkName, checkNewName, isInferior, superiorNames } from './name.ts'
import { refuseRecoverable } from './recoverable.ts'
import { hashName, readMailboxes, sealName } from './read.ts'

export async function renameMailbox(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
  wanted: string,
): Promise<void> {
  refuseRecoverable(account, id)
  const name = checkNewName(wanted)
  await changeAccount(context, account, async (tx, modSeq) => {
    const mailboxes = await readMailboxes(context, account, tx)
    const mailbox = mailboxes.find((each) => each.id === id)
    if (mailbox === undefined) throw new Refusal('no-such-mailbox', { account, mailbox: id })
    const names = new Set(mailboxes.map((each) => each.name))
    if (names.has(name)) throw new Refusal('mailbox-exists', { account })
    if (isInferior(name, mailbox.name) && mailbox.role !== 'inbox')
      throw new Refusal('invalid', { what: 'a mailbox cannot stand under itself' })
    for (const superior of superiorNames(name))
      if (!names.has(superior))
        await insertMailbox(context, tx, { account, name: superior, modSeq })
    if (mailbox.role === 'inbox') {
      const target = await insertMailbox(context, tx, { account, name, modSeq })
      await moveEntries(context, tx, { account, from: id, to: target, modSeq, uids: undefined })
      return
    }
    await renameAll(context, tx, modSeq, renames(mailboxes, mailbox, name))
  })
}

interface Rename {
  readonly mailbox: Mailbox
  readonly name: string
}

function renames(mailboxes: readonly Mailbox[], mailbox: Mailbox, name: string): readonly Rename[] {
  const inferiors = mailboxes.filter((each) => isInferior(each.name, mailbox.name))
  return [mailbox, ...inferiors].map((each) => ({
    mailbox: each,
    name: checkName(name + each.name.slice(mailbox.name.length)),
  }))
}

async function renameAll(
  context: StoreContext,
  tx: Tx,
  modSeq: number,
  all: readonly Rename[],
): Promise<void> {
  for (const { mailbox, name } of all) {
    const keys = await accountKeys(context, mailbox.accountId)
    await keepSubscription(tx, keys, mailbox)
    await tx.execute({
      name: 'store.rename',
      // Whoever subscribed to the new name before has what he asked for.
      text: `WITH kept AS (DELETE FROM kept_subscription
          WHERE account_id = $1 AND name_hash = $3 RETURNING name_hash)
        UPDATE mailbox SET name_hash = $3, name = $4, named_modseq = $5,
          is_subscribed = is_subscribed OR EXISTS (SELECT FROM kept)
        WHERE account_id = $1 AND mailbox_id = $2`,
      values: [
        mailbox.accountId,
        mailbox.id,
        hashName(keys, name),
        sealName(keys, mailbox.id, name),
        modSeq,
      ],
    })
  }
}
