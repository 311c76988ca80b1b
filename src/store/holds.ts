/**
 * Holds: rows whose foreign key keeps a message from being destroyed, for every path and every role that
 * may delete. Architecture D9. A hold is on what an account received in a time; what stands in a mailbox
 * is kept by its place there, and gets its row with the statement that takes it out of its last one.
 */
import type { AccountId } from '../base/id.ts'
import type { Millis } from '../base/clock.ts'
import type { Db, Tx } from '../db/types.ts'
import { lockAccounts } from './mailboxes/change.ts'

/** When it was received. */
export interface HeldTime {
  /** Undefined: since ever. */
  readonly receivedFrom: Millis | undefined
  /** Undefined: what comes until it is released, too. */
  readonly receivedBefore: Millis | undefined
}

export type HoldsOf = (account: AccountId) => readonly HeldTime[]

export interface HoldPlacing extends HeldTime {
  readonly matterId: string
  readonly at: Millis
}

/** @returns how many messages it keeps already. Who may ask for it is not asked here. */
export async function placeHold(
  tx: Tx,
  account: AccountId,
  { matterId, receivedFrom, receivedBefore, at }: HoldPlacing,
): Promise<number> {
  // What is being deleted now is in the mailbox or already among what can be recovered.
  await lockAccounts(tx, [account])
  const values = [account, matterId, receivedFrom ?? null, receivedBefore ?? null, at]
  await tx.execute({
    name: 'store.place-account-hold',
    text: `INSERT INTO account_hold (account_id, matter_id, received_from, received_before, placed_at)
      VALUES ($1, $2, $3, $4, $5)`,
    values,
  })
  return tx.execute({
    name: 'store.place-hold',
    text: `INSERT INTO hold (account_id, message_id, matter_id, placed_at)
      SELECT account_id, message_id, $2, $5 FROM message
      WHERE account_id = $1 AND received_at >= coalesce($3, received_at)
        AND ($4::bigint IS NULL OR received_at < $4)
      ON CONFLICT DO NOTHING`,
    values,
  })
}

/**
 * The part of a statement that keeps what a hold is on: `messages` is the part before it that names
 * what leaves its last mailbox, `$1` the account.
 */
export const keptForHolds = (messages: string, now: string) => `
  INSERT INTO hold (account_id, message_id, matter_id, placed_at)
  SELECT h.account_id, m.message_id, h.matter_id, ${now}
  FROM account_hold h JOIN message m ON m.account_id = h.account_id
  WHERE h.account_id = $1 AND m.message_id IN (SELECT message_id FROM ${messages})
    AND m.received_at >= coalesce(h.received_from, m.received_at)
    AND (h.received_before IS NULL OR m.received_at < h.received_before)
  ON CONFLICT DO NOTHING`

export interface Released {
  readonly isReleased: boolean
  /** Messages that the matter no longer holds; another may. */
  readonly messages: number
}

/** Who may ask for it is not asked here. */
export async function releaseHold(
  tx: Tx,
  accountId: AccountId,
  matterId: string,
): Promise<Released> {
  await lockAccounts(tx, [accountId])
  const holds = await tx.execute({
    name: 'store.release-account-hold',
    text: 'DELETE FROM account_hold WHERE account_id = $1 AND matter_id = $2',
    values: [accountId, matterId],
  })
  const messages = await tx.execute({
    name: 'store.release-hold',
    text: 'DELETE FROM hold WHERE account_id = $1 AND matter_id = $2',
    values: [accountId, matterId],
  })
  return { isReleased: holds > 0, messages }
}

export interface RecordedHold extends HeldTime {
  readonly accountId: AccountId
  readonly matterId: string
}

/** Whether the rows that keep what is recorded as held are there; what could be destroyed is looked at. */
export async function findLooseHold(
  db: Db,
  { accountId, matterId, receivedFrom, receivedBefore }: RecordedHold,
): Promise<'no-hold' | 'messages-without' | undefined> {
  const row = await db.row<{ stands: boolean; loose: number }>({
    name: 'store.loose-hold',
    text: `SELECT EXISTS (SELECT FROM account_hold WHERE account_id = $1 AND matter_id = $2) AS stands,
      (SELECT count(*) FROM recoverable r JOIN message m USING (account_id, message_id)
        WHERE r.account_id = $1 AND m.received_at >= coalesce($3, m.received_at)
          AND ($4::bigint IS NULL OR m.received_at < $4)
          AND NOT EXISTS (SELECT FROM hold h WHERE h.account_id = $1
            AND h.message_id = r.message_id AND h.matter_id = $2))::bigint AS loose`,
    values: [accountId, matterId, receivedFrom ?? null, receivedBefore ?? null],
  })
  if (row?.stands !== true) return 'no-hold'
  return row.loose > 0 ? 'messages-without' : undefined
}
