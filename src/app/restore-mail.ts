/** Puts copies of what an account's owner deleted into a mailbox of somebody else's own account. */
import type { RestoredMail } from '../admin/ports.ts'
import type { AccountId, PrincipalId } from '../base/id.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Directory } from '../directory/types.ts'
import type { Mailbox, Store } from '../store/types.ts'

export interface RestorePorts {
  readonly store: Pick<
    Store,
    'mailboxes' | 'mailboxByName' | 'createMailbox' | 'entries' | 'facts' | 'content' | 'append'
  >
  readonly directory: Pick<Directory, 'person'>
}

const mailboxName = 'Restored'

/** The owner's own stays as it is, and recoverable by him for as long as it was. */
export async function restoreMail(
  { store, directory }: RestorePorts,
  from: AccountId,
  personId: PrincipalId,
): Promise<RestoredMail> {
  const account = directory.person(personId)?.accountId
  if (account === undefined) throw new Refusal('no-such-account')
  const mailboxes = await store.mailboxes(from)
  const source = mailboxes.find(({ role }) => role === 'recoverable')
  if (source === undefined) return { mailbox: mailboxName, messages: 0 }
  const target = await ensureMailbox(store, account)
  const { entries } = await store.entries(from, source.id, personId)
  let messages = 0
  for (const { uid } of entries) {
    const [facts] = await store.facts(from, source.id, [uid])
    // Destroyed meanwhile: its time was over.
    if (facts === undefined) continue
    const octets = await store.content(from, source.id, uid)
    const input = { octets, flags: 0, keywords: [], receivedAt: facts.receivedAt }
    await store.append(account, target.id, [input], personId)
    messages++
  }
  return { mailbox: mailboxName, messages }
}

async function ensureMailbox(store: RestorePorts['store'], account: AccountId): Promise<Mailbox> {
  try {
    return await store.mailboxByName(account, mailboxName)
  } catch (error) {
    if (!isRefusal(error, 'no-such-mailbox')) throw error
    return store.createMailbox(account, mailboxName)
  }
}
