/** Entries of a mailbox as a viewer sees them: all of them, or what changed after a modSeq. */
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import type { Db } from '../../db/types.ts'
import { kindOf, type StoreContext } from '../context.ts'
import { KeywordReader, readKeywords } from '../keywords.ts'
import { currentMailbox } from '../mailboxes/current.ts'
import type { MailboxEntries } from '../mirror/mailbox-entries.ts'
import {
  flagBits,
  type Entry,
  type Mailbox,
  type MailboxChanges,
  type MailboxColumns,
} from '../types.ts'

export interface EntryRow {
  readonly uid: number
  readonly modseq: number
  readonly flags: number
  readonly keywords: number
}

export interface View {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly viewer: PrincipalId
}

const seen = flagBits['\\Seen']

/**
 * Entries where `condition` holds ($3 is free for it). In accounts with several users \Seen is the
 * viewer's own ($4).
 */
export async function entryRows(
  context: StoreContext,
  db: Db,
  view: View,
  condition: { readonly name: string; readonly sql: string; readonly value: unknown },
): Promise<readonly EntryRow[]> {
  const { account, mailbox, viewer } = view
  if (!(await isShared(context, account)))
    return db.rows<EntryRow>({
      name: `store.entries-${condition.name}`,
      text: `SELECT uid, modseq, flags, keywords FROM entry
        WHERE account_id = $1 AND mailbox_id = $2 AND ${condition.sql} ORDER BY uid`,
      values: [account, mailbox, condition.value],
    })
  return db.rows<EntryRow>({
    name: `store.shared-entries-${condition.name}`,
    text: `SELECT uid, modseq, keywords,
        flags | CASE WHEN s.uid IS NULL THEN 0 ELSE ${seen} END AS flags
      FROM entry LEFT JOIN (SELECT uid FROM entry_seen
        WHERE account_id = $1 AND mailbox_id = $2 AND principal_id = $4) s USING (uid)
      WHERE account_id = $1 AND mailbox_id = $2 AND ${condition.sql} ORDER BY uid`,
    values: [account, mailbox, condition.value, viewer],
  })
}

async function isShared(context: StoreContext, account: AccountId): Promise<boolean> {
  return (await kindOf(context, account)) !== 'person'
}

export const all = { name: 'all', sql: 'uid >= $3', value: 0 } as const
export const ofUids = (uids: readonly number[]) => ({
  name: 'uids',
  sql: 'uid = ANY($3::bigint[])',
  value: uids,
})

/** One that has a name for every one of these bits. */
export async function keywordReader(
  context: StoreContext,
  account: AccountId,
  sets: readonly number[],
): Promise<KeywordReader> {
  const reader = new KeywordReader(context.keywordNames.get(account) ?? [])
  if (sets.every((bits) => reader.covers(bits))) return reader
  return new KeywordReader(await readKeywords(context, account))
}

export async function toEntries(
  context: StoreContext,
  account: AccountId,
  rows: readonly EntryRow[],
): Promise<readonly Entry[]> {
  const sets = new Set(rows.map((row) => row.keywords))
  const reader = await keywordReader(context, account, [...sets])
  return rows.map(({ uid, modseq: modSeq, flags, keywords }) => ({
    uid,
    modSeq,
    flags,
    keywords: reader.read(keywords),
  }))
}

/**
 * The mailbox is read first: what comes between is found again among the changes since.
 * @param asOf the account's modSeq that the answer has to know; the latest when undefined.
 */
export async function readColumns(
  context: StoreContext,
  view: View,
  asOf?: number,
): Promise<MailboxColumns> {
  const mailbox = await currentMailbox(context, view.account, view.mailbox, asOf)
  const columns = (await entriesOf(context, view, mailbox)).columns()
  const sets = columns.keywordSets()
  const keywords = await keywordReader(context, view.account, [...sets])
  return { mailbox, columns, keywords }
}

export async function readEntries(
  context: StoreContext,
  view: View,
  asOf?: number,
): Promise<{ readonly mailbox: Mailbox; readonly entries: readonly Entry[] }> {
  const { mailbox, columns } = await readColumns(context, view, asOf)
  return { mailbox, entries: await toEntries(context, view.account, columns.rowsSince(0)) }
}

/** As this node remembers them, brought up to date. */
async function entriesOf(
  context: StoreContext,
  { account, viewer }: View,
  mailbox: Mailbox,
): Promise<MailboxEntries> {
  const { mailboxes } = context.mirror
  return (await isShared(context, account))
    ? mailboxes.current(mailbox, viewer)
    : mailboxes.current(mailbox)
}

/** @param asOf the account's modSeq that the answer has to know; the latest when undefined. */
export async function readChanges(
  context: StoreContext,
  view: View,
  modSeq: number,
  asOf = Number.MAX_SAFE_INTEGER,
): Promise<MailboxChanges> {
  const { account } = view
  const { accounts } = context.mirror
  const state = accounts.known(account, asOf) ?? (await accounts.current(account))
  const mailbox = state.find(view.mailbox)
  if (mailbox === undefined)
    return { modSeq, uidNext: 0, changed: [], vanished: [], isDeleted: true }
  const { highestModSeq, uidNext } = mailbox
  if (highestModSeq <= modSeq)
    return { modSeq: highestModSeq, uidNext, changed: [], vanished: [], isDeleted: false }
  const { rows, gone } = await changesOf(context, view, mailbox, modSeq)
  const changed = await toEntries(context, account, rows)
  return { modSeq: highestModSeq, uidNext, changed, vanished: gone, isDeleted: false }
}

interface ChangedRows {
  readonly rows: readonly EntryRow[]
  readonly gone: readonly number[]
}

async function changesOf(
  context: StoreContext,
  view: View,
  mailbox: Mailbox,
  modSeq: number,
): Promise<ChangedRows> {
  const entries = await entriesOf(context, view, mailbox)
  const gone = entries.goneSince(modSeq) ?? (await goneSince(context, view, modSeq))
  return { rows: entries.columns().rowsSince(modSeq), gone }
}

async function goneSince(
  context: StoreContext,
  { account, mailbox }: View,
  modSeq: number,
): Promise<readonly number[]> {
  const rows = await context.database.rows<{ uid: number }>({
    name: 'store.gone-since',
    text: `SELECT uid FROM entry_gone WHERE account_id = $1 AND mailbox_id = $2 AND modseq > $3
      ORDER BY uid`,
    values: [account, mailbox, modSeq],
  })
  return rows.map((row) => row.uid)
}

/** For STATUS, as the viewer sees them. A mailbox nobody works with here is not read for it. */
export async function readCounts(
  context: StoreContext,
  view: View,
): Promise<{ readonly unseen: number; readonly deleted: number }> {
  const { account, mailbox, viewer } = view
  const isOfMany = await isShared(context, account)
  const known = context.mirror.accounts.known(account, 0)?.find(mailbox)
  const held = context.mirror.mailboxes.peek(mailbox, isOfMany ? viewer : undefined)
  if (known !== undefined && held !== undefined)
    return (await entriesOf(context, view, known)).columns().counts()
  const unseen = isOfMany
    ? `NOT EXISTS (SELECT FROM entry_seen s WHERE s.account_id = $1 AND s.mailbox_id = $2
        AND s.principal_id = $3 AND s.uid = entry.uid)`
    : `flags & ${seen} = 0 AND $3::uuid IS NOT NULL`
  const row = await context.database.row<{ unseen: number; deleted: number }>({
    name: isOfMany ? 'store.shared-counts' : 'store.counts',
    text: `SELECT count(*) FILTER (WHERE ${unseen}) AS unseen,
        count(*) FILTER (WHERE flags & ${flagBits['\\Deleted']} <> 0) AS deleted
      FROM entry WHERE account_id = $1 AND mailbox_id = $2`,
    values: [account, mailbox, viewer],
  })
  return row ?? { unseen: 0, deleted: 0 }
}
