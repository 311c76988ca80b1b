/**
 * A message's mailboxes and keywords change in all its places at once, in one transaction with one
 * modSeq: what JMAP says of an Email is true of every entry of it. RFC 8621 §4.6.
 */
import type { AccountId, MailboxId, PrincipalId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { kindOf, type StoreContext } from '../context.ts'
import { markBlocks } from '../entries/blocks.ts'
import { putIn, readSeen, writeSeen } from '../entries/put-in.ts'
import { removeEntries } from '../entries/remove-entries.ts'
import { markSeen, markUnseen } from '../entries/seen.ts'
import { takeOut, type RemovedEntry } from '../entries/take-out.ts'
import { takeQuota } from '../entries/take-quota.ts'
import { existingKeywordBits, keywordBits } from '../keywords.ts'
import { changeAccount } from '../mailboxes/change.ts'
import { refuseRecoverable } from '../mailboxes/recoverable.ts'
import { flagBits } from '../types.ts'
import type { EmailChange } from './types.ts'

interface EntryRow extends RemovedEntry {
  readonly mailbox_id: MailboxId
}

interface Changing {
  readonly context: StoreContext
  readonly tx: Tx
  readonly account: AccountId
  readonly viewer: PrincipalId
  readonly modSeq: number
  readonly change: EmailChange
}

/** Refusal('no-such-message'), or 'invalid' when it would stand in no mailbox. */
export async function changeEmail(
  context: StoreContext,
  account: AccountId,
  viewer: PrincipalId,
  change: EmailChange,
): Promise<void> {
  for (const id of change.addTo) refuseRecoverable(account, id)
  // Made before the transaction: it makes one of its own.
  const set = await keywordBits(context, account, change.setKeywords)
  const clear = await existingKeywordBits(context, account, change.clearKeywords)
  await changeAccount(context, account, async (tx, modSeq) => {
    const changing = { context, tx, account, viewer, modSeq, change }
    const entries = await entriesOf(tx, account, change.id)
    if (entries.length === 0) throw new Refusal('no-such-message', { account })
    await changePlaces(changing, entries)
    await changeFlags(changing, set, clear)
  })
}

/** Out of every mailbox; it becomes recoverable. Refusal('no-such-message'). */
export async function destroyEmail(
  context: StoreContext,
  account: AccountId,
  id: string,
): Promise<void> {
  await changeAccount(context, account, async (tx, modSeq) => {
    const entries = await entriesOf(tx, account, id)
    if (entries.length === 0) throw new Refusal('no-such-message', { account })
    for (const [mailbox, rows] of Map.groupBy(entries, (row) => row.mailbox_id)) {
      const uids = rows.map(({ uid }) => uid)
      await removeEntries(context, tx, { account, mailbox, modSeq, uids })
    }
  })
}

async function entriesOf(tx: Tx, account: AccountId, id: string): Promise<readonly EntryRow[]> {
  return tx.rows<EntryRow>({
    name: 'store.email-entries',
    text: `SELECT mailbox_id, uid, message_id, flags, keywords, octets FROM entry
      WHERE account_id = $1 AND message_id = $2 AND mailbox_id <> $1`,
    values: [account, id],
  })
}

async function changePlaces(changing: Changing, entries: readonly EntryRow[]): Promise<void> {
  const { context, tx, account, modSeq, change } = changing
  const [source] = entries
  if (source === undefined) return
  const isLeaving = (entry: EntryRow) => change.removeFrom.includes(entry.mailbox_id)
  const added = change.addTo.filter((id) => entries.every((entry) => entry.mailbox_id !== id))
  if (added.length === 0 && entries.every(isLeaving))
    throw new Refusal('invalid', { what: 'a message stands in at least one mailbox' })
  const seen = await readSeen(tx, account, source.mailbox_id, [source.uid])
  const leaving = entries.filter(isLeaving)
  for (const [mailbox, rows] of Map.groupBy(leaving, (row) => row.mailbox_id))
    await takeOut(context, tx, { account, mailbox, modSeq, uids: rows.map(({ uid }) => uid) })
  if (leaving.length > 0) await giveBack(tx, account, leaving)
  if (added.length === 0) return
  await takeQuota(
    tx,
    account,
    added.map(() => source),
  )
  const entry = { ...source, flags: source.flags & ~flagBits['\\Deleted'] }
  for (const mailbox of added) {
    const copied = await putIn(context, tx, { account, mailbox, modSeq, entries: [entry] })
    await writeSeen(tx, { account, mailbox }, seen, copied)
  }
}

async function giveBack(tx: Tx, account: AccountId, rows: readonly EntryRow[]): Promise<void> {
  await tx.execute({
    name: 'store.give-back',
    text: `UPDATE account SET used_octets = used_octets - $2, used_messages = used_messages - $3
      WHERE account_id = $1`,
    values: [account, rows.reduce((sum, { octets }) => sum + octets, 0), rows.length],
  })
}

async function changeFlags(changing: Changing, set: bigint, clear: bigint): Promise<void> {
  const { context, tx, account, viewer, modSeq, change } = changing
  const { setFlags, clearFlags } = change
  if ((setFlags | clearFlags) === 0 && set === 0n && clear === 0n) return
  const isShared = (await kindOf(context, account)) !== 'person'
  const own = isShared ? flagBits['\\Seen'] : 0
  const rows = await tx.rows<{ mailbox_id: MailboxId; uid: number }>({
    name: 'store.email-flags',
    text: `WITH written AS (
        UPDATE entry SET flags = (flags & ~$3::smallint) | $4::smallint,
          keywords = (keywords & ~$5::bigint) | $6::bigint, modseq = $7
        WHERE account_id = $1 AND message_id = $2 AND mailbox_id <> $1
        RETURNING mailbox_id, uid
      ), touched AS (
        UPDATE mailbox SET highest_modseq = $7
        WHERE account_id = $1 AND mailbox_id IN (SELECT mailbox_id FROM written)
      ) SELECT mailbox_id, uid FROM written`,
    values: [
      account,
      change.id,
      clearFlags & ~own,
      setFlags & ~own,
      clear.toString(),
      set.toString(),
      modSeq,
    ],
  })
  for (const [mailbox, places] of Map.groupBy(rows, (row) => row.mailbox_id))
    await markBlocks(tx, account, mailbox, { uids: places.map(({ uid }) => uid), modSeq })
  for (const { mailbox_id: mailbox, uid } of isShared ? rows : []) {
    if ((setFlags & own) !== 0) await markSeen(tx, account, mailbox, viewer, [uid])
    if ((clearFlags & own) !== 0) await markUnseen(tx, account, mailbox, viewer, [uid])
  }
}
