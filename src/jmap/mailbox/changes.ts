/** Mailbox/changes. RFC 8621 §2.2. */
import type { AccountReading } from '../core/account.ts'
import { mailCapability } from '../core/capabilities.ts'
import { accountOf, type Method } from '../core/call.ts'
import { answerChanges, findEmailChanges, type Change } from '../core/changes.ts'
import { countProperties } from './present.ts'

export const mailboxChanges: Method = {
  capability: mailCapability,
  async run(call) {
    const account = accountOf(call)
    const reading = await account.read()
    const { page, changes } = await answerChanges(call, reading, findMailboxChanges)
    const updated = changes.filter(({ kind }) => kind === 'updated')
    // Then the client need not ask for names again.
    const isCountsOnly = updated.length > 0 && updated.every((each) => each.isCountsOnly)
    const updatedProperties = isCountsOnly ? countProperties : null
    return { accountId: account.id, ...page, updatedProperties }
  },
}

export interface MailboxChange extends Change {
  readonly isCountsOnly: boolean
}

export async function findMailboxChanges(
  reading: AccountReading,
  since: number,
): Promise<readonly MailboxChange[]> {
  const { parts, id: accountId } = reading.account
  const history = await parts.store.mailboxHistory(accountId, since)
  const counted = await findCounted(reading, since)
  const shown = new Set(reading.mailboxes.map(({ id }) => id))
  return history.flatMap((each): readonly MailboxChange[] => {
    const { id, createdModSeq, namedModSeq, entriesModSeq, isDeleted } = each
    if (isDeleted) return [{ id, modSeq: entriesModSeq, kind: 'destroyed', isCountsOnly: false }]
    if (!shown.has(id)) return []
    const modSeq = Math.max(namedModSeq, entriesModSeq, counted.get(id) ?? 0)
    if (modSeq <= since) return []
    if (createdModSeq > since) return [{ id, modSeq, kind: 'created', isCountsOnly: false }]
    return [{ id, modSeq, kind: 'updated', isCountsOnly: namedModSeq <= since }]
  })
}

/** A thread is unread in a mailbox by a message in another: all mailboxes of the thread change. */
async function findCounted(
  reading: AccountReading,
  since: number,
): Promise<ReadonlyMap<string, number>> {
  const counted = new Map<string, number>()
  for (const { threadId, modSeq } of await findEmailChanges(reading, since))
    for (const email of reading.threadOf(threadId))
      for (const { mailboxId } of reading.placesOf(email))
        counted.set(mailboxId, Math.max(modSeq, counted.get(mailboxId) ?? 0))
  return counted
}
