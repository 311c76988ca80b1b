/** STORE: flags of many entries in one transaction with one modSeq. RFC 9051 §6.4.6, RFC 7162 §3.1.3. */
import { kindOf, type StoreContext } from '../context.ts'
import { existingKeywordBits, keywordBits } from '../keywords.ts'
import { takeModSeq } from '../mailboxes/change.ts'
import { refuseRecoverable } from '../mailboxes/recoverable.ts'
import type { Tx } from '../../db/types.ts'
import { flagBits, type FlagChange, type FlagsStored } from '../types.ts'
import { markBlocks } from './blocks.ts'
import { entryRows, ofUids, readColumns, type EntryRow, type View } from './read.ts'
import { markSeen, markUnseen } from './seen.ts'
import { storeOwnFlags } from './store-own-flags.ts'

const seen = flagBits['\\Seen']

interface Wanted {
  readonly row: EntryRow
  readonly flags: number
  readonly keywords: bigint
}

export async function storeFlags(
  context: StoreContext,
  view: View,
  uids: readonly number[],
  change: FlagChange & { readonly unchangedSince?: number | undefined },
): Promise<FlagsStored> {
  const { account } = view
  refuseRecoverable(account, view.mailbox)
  const isShared = (await kindOf(context, account)) !== 'person'
  const bits = await (change.mode === 'remove' ? existingKeywordBits : keywordBits)(
    context,
    account,
    change.keywords,
  )
  if (!isShared && change.unchangedSince === undefined)
    return storeOwnFlags(context, view, uids, change, bits)
  const stored = await context.database.transaction(async (tx) => {
    await lock(tx, view)
    const rows = await entryRows(context, tx, view, ofUids(uids))
    const limit = change.unchangedSince ?? Number.MAX_SAFE_INTEGER
    const modified = rows.filter((row) => row.modseq > limit).map((row) => row.uid)
    const wanted = rows.filter((row) => row.modseq <= limit).map((row) => apply(row, change, bits))
    const changes = wanted.filter(isChange)
    if (changes.length === 0) return { modSeq: undefined, modified }
    const modSeq = await takeModSeq(tx, account)
    await write(tx, view, changes, { modSeq, isShared })
    tx.afterCommit(() => context.feed.announce(account, modSeq))
    return { modSeq, modified }
  })
  return { ...stored, now: await readColumns(context, view, stored.modSeq) }
}

async function lock(tx: Tx, { account, mailbox }: View): Promise<void> {
  await tx.execute({
    name: 'store.lock-mailbox',
    text: `SELECT FROM account JOIN mailbox USING (account_id)
      WHERE account.account_id = $1 AND mailbox_id = $2 FOR UPDATE OF account`,
    values: [account, mailbox],
  })
}

function apply(row: EntryRow, { mode, flags }: FlagChange, bits: bigint): Wanted {
  const keywords = BigInt(row.keywords)
  if (mode === 'replace') return { row, flags, keywords: bits }
  if (mode === 'add') return { row, flags: row.flags | flags, keywords: keywords | bits }
  return { row, flags: row.flags & ~flags, keywords: keywords & ~bits }
}

function isChange({ row, flags, keywords }: Wanted): boolean {
  return flags !== row.flags || keywords !== BigInt(row.keywords)
}

async function write(
  tx: Tx,
  { account, mailbox, viewer }: View,
  changes: readonly Wanted[],
  { modSeq, isShared }: { readonly modSeq: number; readonly isShared: boolean },
): Promise<void> {
  const stored = isShared ? ~seen : ~0
  const uids = changes.map(({ row }) => row.uid)
  await tx.execute({
    name: 'store.write-flags',
    text: `UPDATE entry SET flags = n.flags, keywords = n.keywords, modseq = $3,
        shown_modseq = CASE WHEN entry.flags & ~n.flags & ${flagBits['\\Deleted']} <> 0
          THEN $3 ELSE shown_modseq END
      FROM unnest($4::bigint[], $5::smallint[], $6::bigint[]) AS n (uid, flags, keywords)
      WHERE account_id = $1 AND mailbox_id = $2 AND entry.uid = n.uid`,
    values: [
      account,
      mailbox,
      modSeq,
      uids,
      changes.map(({ flags }) => flags & stored),
      changes.map(({ keywords }) => keywords.toString()),
    ],
  })
  await markBlocks(tx, account, mailbox, { uids, modSeq })
  await tx.execute({
    name: 'store.touch-mailbox',
    text: `UPDATE mailbox SET highest_modseq = $3 WHERE account_id = $1 AND mailbox_id = $2`,
    values: [account, mailbox, modSeq],
  })
  if (!isShared) return
  const turned = (isOn: boolean) =>
    changes
      .filter(
        ({ row, flags }) => ((row.flags ^ flags) & seen) !== 0 && ((flags & seen) !== 0) === isOn,
      )
      .map(({ row }) => row.uid)
  await markSeen(tx, account, mailbox, viewer, turned(true))
  await markUnseen(tx, account, mailbox, viewer, turned(false))
}
