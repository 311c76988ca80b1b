/**
 * Snapshots of the entries of large mailboxes, written behind those who filled or read them. They are made of the
 * database's entries, never of what a node remembers. ADR 0065.
 */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { isRefusal } from '../../base/refusal.ts'
import type { StoreContext } from '../context.ts'
import { snapshotMessagesMin } from '../limits.ts'
import { currentMailbox } from '../mailboxes/current.ts'
import type { Mailbox } from '../types.ts'
import { encodeSnapshot } from './entry-snapshot.ts'
import { loadEntries } from './load-entries.ts'

/** Those that were read here without a snapshot, or with one that is no longer worth much. */
export async function snapshotRead(context: StoreContext, signal?: AbortSignal): Promise<void> {
  for (const { account, mailbox } of context.mirror.mailboxes.takeUnsnapped()) {
    if (signal?.aborted === true) return
    await writeSnapshot(context, account, mailbox)
  }
}

/** Those of an account that grew by a quarter since they had one. */
export async function snapshotFilled(context: StoreContext, account: AccountId): Promise<void> {
  const rows = await context.database.rows<{ mailbox_id: MailboxId }>({
    name: 'store.mailboxes-to-snapshot',
    text: `SELECT mailbox_id FROM mailbox m LEFT JOIN entry_snapshot s USING (account_id, mailbox_id)
      WHERE account_id = $1 AND m.messages >= ${snapshotMessagesMin}
        AND m.uid_next - 1 - coalesce(s.last_uid, 0) >= greatest(${snapshotMessagesMin}, m.messages / 4)`,
    values: [account],
  })
  for (const { mailbox_id: mailbox } of rows) await writeSnapshot(context, account, mailbox)
}

/** `tamar search rebuild`: for whoever doubts them. */
export async function forgetSnapshots(context: StoreContext, account: AccountId): Promise<void> {
  await context.database.single({
    name: 'store.forget-snapshots',
    text: 'DELETE FROM entry_snapshot WHERE account_id = $1',
    values: [account],
  })
}

async function writeSnapshot(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
): Promise<void> {
  const mailbox = await findMailbox(context, account, id)
  if (mailbox === undefined) return
  const asked = { account, mailbox: id, viewer: undefined, modSeq: mailbox.highestModSeq }
  const { entries } = await loadEntries(context.database, asked)
  const columns = entries.columns()
  await context.database.single({
    name: 'store.write-snapshot',
    // Nothing when the mailbox is gone, or another node wrote a newer one.
    text: `INSERT INTO entry_snapshot (account_id, mailbox_id, modseq, last_uid, messages, entries)
      SELECT $1, $2, $3, $4, $5, $6
      FROM mailbox WHERE account_id = $1 AND mailbox_id = $2 FOR KEY SHARE
      ON CONFLICT (account_id, mailbox_id) DO UPDATE SET modseq = excluded.modseq,
        last_uid = excluded.last_uid, messages = excluded.messages, entries = excluded.entries
      WHERE entry_snapshot.modseq <= excluded.modseq`,
    values: [
      account,
      id,
      columns.modSeq,
      columns.lastUid,
      columns.count,
      await encodeSnapshot(columns),
    ],
  })
}

async function findMailbox(
  context: StoreContext,
  account: AccountId,
  id: MailboxId,
): Promise<Mailbox | undefined> {
  try {
    return await currentMailbox(context, account, id)
  } catch (error) {
    if (isRefusal(error, 'no-such-mailbox')) return undefined
    throw error
  }
}
