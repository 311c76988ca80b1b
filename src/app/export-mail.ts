/** Every message of an account, mailbox by mailbox, one in memory at a time. */
import type { ExportedMessage } from '../approval/export/mbox.ts'
import type { AccountId } from '../base/id.ts'
import { isRefusal } from '../base/refusal.ts'
import type { Store } from '../store/types.ts'

type Reading = Pick<Store, 'mailboxes' | 'entries' | 'facts' | 'content'>

export async function* exportMail(
  store: Reading,
  account: AccountId,
): AsyncIterable<ExportedMessage> {
  for (const mailbox of await store.mailboxes(account)) {
    const { entries } = await store.entries(account, mailbox.id, account)
    for (const { uid } of entries) {
      const message = await findMessage(store, account, mailbox.id, uid)
      if (message !== undefined) yield { mailbox: mailbox.name, ...message }
    }
  }
}

/** Undefined: its owner expunged it while the export ran. */
async function findMessage(store: Reading, account: AccountId, mailboxId: string, uid: number) {
  try {
    const [facts] = await store.facts(account, mailboxId, [uid])
    if (facts === undefined) return undefined
    return {
      receivedAt: facts.receivedAt,
      octets: await store.content(account, mailboxId, uid),
    }
  } catch (error) {
    if (isRefusal(error, 'no-such-message')) return undefined
    throw error
  }
}
