/** Entries come into a mailbox with new UIDs, in the order given. */
import type { AccountId, MailboxId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { StoreContext } from '../context.ts'
import type { CopiedUids } from '../types.ts'
import { sumOctets, type RemovedEntry } from './take-out.ts'

export interface PutIn {
  readonly account: AccountId
  readonly mailbox: MailboxId
  readonly modSeq: number
  readonly entries: readonly RemovedEntry[]
}

interface Slots {
  readonly first: number
  readonly uid_validity: number
}

/** Within a transaction that holds the account. */
export async function putIn(
  context: StoreContext,
  tx: Tx,
  { account, mailbox, modSeq, entries }: PutIn,
): Promise<CopiedUids> {
  const slots = await tx.row<Slots>({
    name: 'store.slots',
    text: `UPDATE mailbox SET uid_next = uid_next + $3, messages = messages + $3,
        octets = octets + $4, highest_modseq = $5
      WHERE account_id = $1 AND mailbox_id = $2 RETURNING uid_next - $3 AS first, uid_validity`,
    values: [account, mailbox, entries.length, sumOctets(entries), modSeq],
  })
  if (slots === undefined) throw new Refusal('no-such-mailbox', { account, mailbox })
  const pairs = entries.map(({ uid }, index) => [uid, slots.first + index] as const)
  await tx.execute({
    name: 'store.put-in',
    text: `INSERT INTO entry (account_id, mailbox_id, uid, message_id, modseq, flags, keywords,
        octets, saved_at, shown_modseq)
      SELECT $1, $2, uid, message_id, $3, flags, keywords, octets, $4, $3
      FROM unnest($5::bigint[], $6::uuid[], $7::smallint[], $8::bigint[], $9::bigint[])
        AS n (uid, message_id, flags, keywords, octets)`,
    values: [
      account,
      mailbox,
      modSeq,
      context.clock.now(),
      pairs.map(([, uid]) => uid),
      entries.map((entry) => entry.message_id),
      entries.map((entry) => entry.flags),
      entries.map((entry) => entry.keywords),
      entries.map((entry) => entry.octets),
    ],
  })
  return { uidValidity: slots.uid_validity, pairs }
}

interface SeenRow {
  readonly principal_id: string
  readonly uid: number
}

/** Who had seen what, so that it can go along. */
export async function readSeen(
  tx: Tx,
  account: AccountId,
  mailbox: MailboxId,
  uids: readonly number[] | undefined,
): Promise<readonly SeenRow[]> {
  return tx.rows<SeenRow>({
    name: 'store.read-seen',
    text: `SELECT principal_id, uid FROM entry_seen WHERE account_id = $1 AND mailbox_id = $2
      AND ($3::bigint[] IS NULL OR uid = ANY($3::bigint[]))`,
    values: [account, mailbox, uids ?? null],
  })
}

export async function writeSeen(
  tx: Tx,
  { account, mailbox }: { readonly account: AccountId; readonly mailbox: MailboxId },
  rows: readonly SeenRow[],
  copied: CopiedUids,
): Promise<void> {
  if (rows.length === 0) return
  const targets = new Map(copied.pairs)
  await tx.execute({
    name: 'store.write-seen',
    text: `INSERT INTO entry_seen (account_id, mailbox_id, principal_id, uid)
      SELECT $1, $2, unnest($3::uuid[]), unnest($4::bigint[]) ON CONFLICT DO NOTHING`,
    values: [
      account,
      mailbox,
      rows.map((row) => row.principal_id),
      rows.map((row) => targets.get(row.uid)),
    ],
  })
}
