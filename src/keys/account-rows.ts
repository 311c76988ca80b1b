/** Tables `account_key` and `epoch_key`. Every statement but the rotation's list is one account's. */
import type { Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId } from '../base/id.ts'
import type { Database, Db, Tx } from '../db/types.ts'
import type { Place } from './types.ts'

/** The standing key: not a month, never retired. */
export const standingEpoch = 0

export interface AccountKeyRow {
  readonly keyId: Buffer
  readonly departmentId: DepartmentId
  readonly wrappingKeyId: Buffer
  readonly wrapped: Buffer
}

export interface EpochKeyRow {
  readonly epoch: number
  readonly keyId: Buffer
  readonly wrapped: Buffer
}

export interface AccountRows {
  readonly key: AccountKeyRow
  readonly epochs: readonly EpochKeyRow[]
}

export function accountPlace(id: AccountId, keyId: Buffer): Place {
  return { object: `${id} ${keyId.toString('hex')}`, field: 'account-key' }
}

export function epochPlace(epoch: number, keyId: Buffer): Place {
  return { object: `${epoch} ${keyId.toString('hex')}`, field: 'epoch-key' }
}

/** The active key and every epoch under it, in one query and so of one moment. */
export async function findAccountRows(db: Db, id: AccountId): Promise<AccountRows | undefined> {
  const rows = await db.rows<{
    key_id: Buffer
    department_id: string
    wrapping_key_id: Buffer
    wrapped: Buffer
    epoch: number
    epoch_key_id: Buffer
    epoch_wrapped: Buffer
  }>({
    name: 'keys.findAccountRows',
    text: `SELECT a.key_id, a.department_id, a.wrapping_key_id, a.wrapped, e.epoch,
             e.key_id AS epoch_key_id, e.wrapped AS epoch_wrapped
           FROM account_key a JOIN epoch_key e
             ON e.account_id = a.account_id AND e.wrapping_key_id = a.key_id
           WHERE a.account_id = $1 AND a.state = 'active' AND e.state <> 'destroyed'
           ORDER BY e.epoch`,
    values: [id],
  })
  const first = rows[0]
  if (first === undefined) return undefined
  return {
    key: {
      keyId: first.key_id,
      departmentId: first.department_id,
      wrappingKeyId: first.wrapping_key_id,
      wrapped: first.wrapped,
    },
    epochs: rows.map((row) => ({
      epoch: row.epoch,
      keyId: row.epoch_key_id,
      wrapped: row.epoch_wrapped,
    })),
  }
}

export async function insertAccountKey(
  tx: Tx,
  id: AccountId,
  key: AccountKeyRow,
  now: Millis,
): Promise<void> {
  await tx.execute({
    name: 'keys.insertAccountKey',
    text: `INSERT INTO account_key (account_id, key_id, department_id, wrapping_key_id, wrapped,
             state, created_at, activated_at)
           VALUES ($1, $2, $3, $4, $5, 'active', $6, $6)`,
    values: [id, key.keyId, key.departmentId, key.wrappingKeyId, key.wrapped, now],
  })
}

/**
 * The month's key, unless another node was first or the account key is no longer the active one.
 * @returns whether it was made.
 */
export async function insertEpochKey(
  database: Database,
  id: AccountId,
  accountKeyId: Buffer,
  epoch: EpochKeyRow,
  now: Millis,
): Promise<boolean> {
  const rows = await database.single({
    name: 'keys.insertEpochKey',
    // FOR SHARE: a rotation that has begun is waited for and then seen.
    text: `INSERT INTO epoch_key (account_id, epoch, key_id, wrapping_key_id, wrapped, state,
             created_at, activated_at)
           SELECT a.account_id, $3, $4, a.key_id, $5, 'active', $6, $6 FROM account_key a
           WHERE a.account_id = $1 AND a.key_id = $2 AND a.state = 'active' FOR SHARE
           ON CONFLICT (account_id, epoch) DO NOTHING RETURNING epoch`,
    values: [id, accountKeyId, epoch.epoch, epoch.keyId, epoch.wrapped, now],
  })
  return rows.length === 1
}

/** The first epochs of a new account, in the transaction that makes it. */
export async function insertFirstEpochs(
  tx: Tx,
  id: AccountId,
  accountKeyId: Buffer,
  epochs: readonly EpochKeyRow[],
  now: Millis,
): Promise<void> {
  for (const { epoch, keyId, wrapped } of epochs)
    await tx.execute({
      name: 'keys.insertFirstEpoch',
      text: `INSERT INTO epoch_key (account_id, epoch, key_id, wrapping_key_id, wrapped, state,
               created_at, activated_at)
             VALUES ($1, $2, $3, $4, $5, 'active', $6, $6)`,
      values: [id, epoch, keyId, accountKeyId, wrapped, now],
    })
}

/** Locked: no epoch is made and no rotation begins until the transaction ends. */
export async function lockAccountKey(tx: Tx, id: AccountId): Promise<AccountKeyRow | undefined> {
  const row = await tx.row<{
    key_id: Buffer
    department_id: string
    wrapping_key_id: Buffer
    wrapped: Buffer
  }>({
    name: 'keys.lockAccountKey',
    text: `SELECT key_id, department_id, wrapping_key_id, wrapped FROM account_key
           WHERE account_id = $1 AND state = 'active' FOR UPDATE`,
    values: [id],
  })
  return (
    row && {
      keyId: row.key_id,
      departmentId: row.department_id,
      wrappingKeyId: row.wrapping_key_id,
      wrapped: row.wrapped,
    }
  )
}

/** The same key under another department's. */
export async function moveAccountKey(tx: Tx, id: AccountId, key: AccountKeyRow): Promise<void> {
  await tx.execute({
    name: 'keys.moveAccountKey',
    text: `UPDATE account_key SET department_id = $3, wrapping_key_id = $4, wrapped = $5
           WHERE account_id = $1 AND key_id = $2`,
    values: [id, key.keyId, key.departmentId, key.wrappingKeyId, key.wrapped],
  })
}

export async function deleteAccountKeys(tx: Tx, id: AccountId): Promise<void> {
  await tx.execute({ text: 'DELETE FROM epoch_key WHERE account_id = $1', values: [id] })
  await tx.execute({ text: 'DELETE FROM account_key WHERE account_id = $1', values: [id] })
}
