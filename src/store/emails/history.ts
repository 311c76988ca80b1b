/** What went since a modSeq, and what became of mailboxes: for the changes of JMAP. RFC 8620 §5.2. */
import type { AccountId } from '../../base/id.ts'
import type { StoreContext } from '../context.ts'
import type { EmailGone, MailboxHistory } from './types.ts'

interface GoneRow {
  readonly message_id: string
  readonly thread_id: string
  readonly mailbox_id: string
  readonly modseq: number
  readonly shown_modseq: number
}

export async function readGone(
  context: StoreContext,
  account: AccountId,
  since: number,
): Promise<readonly EmailGone[]> {
  const rows = await context.database.rows<GoneRow>({
    name: 'store.emails-gone',
    text: `SELECT g.message_id, coalesce(m.thread_id, d.thread_id) AS thread_id, g.mailbox_id,
        g.modseq, g.shown_modseq
      FROM entry_gone g LEFT JOIN message m USING (account_id, message_id)
        LEFT JOIN message_gone d USING (account_id, message_id)
      WHERE g.account_id = $1 AND g.modseq > $2 AND g.mailbox_id <> $1
        AND coalesce(m.thread_id, d.thread_id) IS NOT NULL`,
    values: [account, since],
  })
  return rows.map((row) => ({
    id: row.message_id,
    threadId: row.thread_id,
    mailboxId: row.mailbox_id,
    modSeq: row.modseq,
    shownModSeq: row.shown_modseq,
  }))
}

/** Changes since an older modSeq are not known: a backup was put back in between. */
export async function readStatesFrom(context: StoreContext, account: AccountId): Promise<number> {
  const row = await context.database.row<{ states_from: number }>({
    name: 'store.states-from',
    text: 'SELECT states_from FROM account WHERE account_id = $1',
    values: [account],
  })
  return row?.states_from ?? 0
}

interface MailboxRow {
  readonly mailbox_id: string
  readonly created_modseq: number
  readonly named_modseq: number
  readonly highest_modseq: number
  readonly is_deleted: boolean
}

/** Mailboxes that are there, and those deleted after `since`. */
export async function readMailboxHistory(
  context: StoreContext,
  account: AccountId,
  since: number,
): Promise<readonly MailboxHistory[]> {
  const rows = await context.database.rows<MailboxRow>({
    name: 'store.mailbox-history',
    text: `SELECT mailbox_id, created_modseq, named_modseq, highest_modseq, false AS is_deleted
      FROM mailbox WHERE account_id = $1 AND mailbox_id <> $1
      UNION ALL SELECT mailbox_id, 0, 0, modseq, true FROM mailbox_gone
      WHERE account_id = $1 AND modseq > $2`,
    values: [account, since],
  })
  return rows.map((row) => ({
    id: row.mailbox_id,
    createdModSeq: row.created_modseq,
    namedModSeq: row.named_modseq,
    entriesModSeq: row.highest_modseq,
    isDeleted: row.is_deleted,
  }))
}
