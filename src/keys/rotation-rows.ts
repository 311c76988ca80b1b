/** Statements of the rotations: each changes a row only while it is what was read. */
import type { Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId } from '../base/id.ts'
import type { Database, Db, Tx } from '../db/types.ts'
import type { AccountKeyRow, EpochKeyRow } from './account-rows.ts'
import type { WrappedByMaster } from './masters.ts'
import type { EpochRow } from './types.ts'

/** Tables whose keys are wrapped by the master. */
export type MasteredTable = 'platform_key' | 'department_key'

export interface MasteredRow {
  readonly key_id: Buffer
  readonly purpose: string
  /** Of `department_key` only. */
  readonly department_id?: string
  readonly master_id: string
  readonly wrapped: Buffer
}

export async function listUnderOtherMasters(
  db: Db,
  table: MasteredTable,
  masterId: string,
): Promise<readonly MasteredRow[]> {
  const department = table === 'department_key' ? ', department_id' : ''
  return db.rows<MasteredRow>({
    text: `SELECT key_id, purpose, master_id, wrapped${department} FROM ${table}
           WHERE master_id <> $1 AND state <> 'destroyed' ORDER BY key_id`,
    values: [masterId],
  })
}

export async function replaceWrapping(
  database: Database,
  table: MasteredTable,
  row: MasteredRow,
  wrapping: WrappedByMaster,
): Promise<void> {
  await database.single({
    text: `UPDATE ${table} SET master_id = $3, wrapped = $4
           WHERE key_id = $1 AND master_id = $2 AND state <> 'destroyed'`,
    values: [row.key_id, row.master_id, wrapping.masterId, wrapping.wrapped],
  })
}

/** Waits for those who hold the active key; nothing is wrapped under it from then on. */
export async function retireWrappingKey(
  tx: Tx,
  id: DepartmentId,
  now: Millis,
): Promise<{ readonly generation: number } | undefined> {
  return tx.row({
    text: `UPDATE department_key SET state = 'retired', retired_at = $2
           WHERE department_id = $1 AND purpose = 'wrap' AND state = 'active'
           RETURNING generation`,
    values: [id, now],
  })
}

export async function listRetiredWrappingKeys(
  db: Db,
  id: DepartmentId,
): Promise<readonly Buffer[]> {
  const rows = await db.rows<{ key_id: Buffer }>({
    text: `SELECT key_id FROM department_key
           WHERE department_id = $1 AND purpose = 'wrap' AND state = 'retired'`,
    values: [id],
  })
  return rows.map((row) => row.key_id)
}

/** Account keys still under a department key, across accounts: an operator's act, never hot. */
export async function listAccountKeysUnder(
  db: Db,
  wrappingKeyId: Buffer,
  rowsMax: number,
): Promise<readonly (AccountKeyRow & { readonly accountId: AccountId })[]> {
  const rows = await db.rows<{
    account_id: string
    key_id: Buffer
    department_id: string
    wrapped: Buffer
  }>({
    text: `SELECT account_id, key_id, department_id, wrapped FROM account_key
           WHERE wrapping_key_id = $1 AND state <> 'destroyed' ORDER BY account_id LIMIT $2`,
    values: [wrappingKeyId, rowsMax],
  })
  return rows.map((row) => ({
    accountId: row.account_id,
    keyId: row.key_id,
    departmentId: row.department_id,
    wrappingKeyId,
    wrapped: row.wrapped,
  }))
}

/** Does nothing when the account was moved or rotated meanwhile: then it is elsewhere already. */
export async function rewrapAccountKey(
  tx: Tx,
  id: AccountId,
  from: AccountKeyRow,
  to: Pick<AccountKeyRow, 'wrappingKeyId' | 'wrapped'>,
): Promise<number> {
  return tx.execute({
    name: 'keys.rewrapAccountKey',
    text: `UPDATE account_key SET wrapping_key_id = $4, wrapped = $5
           WHERE account_id = $1 AND key_id = $2 AND wrapping_key_id = $3
             AND state <> 'destroyed'`,
    values: [id, from.keyId, from.wrappingKeyId, to.wrappingKeyId, to.wrapped],
  })
}

export async function destroyWrappingKey(db: Database, keyId: Buffer): Promise<void> {
  await db.single({
    text: `UPDATE department_key SET state = 'destroyed', wrapped = NULL
           WHERE key_id = $1 AND state = 'retired'`,
    values: [keyId],
  })
}

export async function destroyAccountKey(
  tx: Tx,
  id: AccountId,
  keyId: Buffer,
  now: Millis,
): Promise<void> {
  await tx.execute({
    text: `UPDATE account_key SET state = 'destroyed', wrapped = NULL, retired_at = $3
           WHERE account_id = $1 AND key_id = $2`,
    values: [id, keyId, now],
  })
}

export async function listEpochs(tx: Tx, id: AccountId): Promise<readonly EpochKeyRow[]> {
  const rows = await tx.rows<{ epoch: number; key_id: Buffer; wrapped: Buffer }>({
    text: `SELECT epoch, key_id, wrapped FROM epoch_key
           WHERE account_id = $1 AND state <> 'destroyed' ORDER BY epoch FOR UPDATE`,
    values: [id],
  })
  return rows.map((row) => ({ epoch: row.epoch, keyId: row.key_id, wrapped: row.wrapped }))
}

/** Across accounts: the platform's own upkeep, never hot. */
export async function listEpochsBefore(
  db: Db,
  before: number,
  limit: number,
): Promise<readonly EpochRow[]> {
  const rows = await db.rows<{ account_id: AccountId; epoch: number; key_id: Buffer }>({
    text: `SELECT account_id, epoch, key_id FROM epoch_key
           WHERE epoch <> 0 AND epoch < $1 AND state <> 'destroyed'
           ORDER BY epoch, account_id LIMIT $2`,
    values: [before, limit],
  })
  return rows.map((row) => ({ accountId: row.account_id, epoch: row.epoch, keyId: row.key_id }))
}

export async function rewrapEpoch(
  tx: Tx,
  id: AccountId,
  accountKeyId: Buffer,
  epoch: EpochKeyRow,
): Promise<void> {
  await tx.execute({
    name: 'keys.rewrapEpoch',
    text: `UPDATE epoch_key SET wrapping_key_id = $3, wrapped = $4
           WHERE account_id = $1 AND epoch = $2`,
    values: [id, epoch.epoch, accountKeyId, epoch.wrapped],
  })
}

export async function destroyEpoch(
  tx: Tx,
  id: AccountId,
  epoch: number,
  now: Millis,
): Promise<void> {
  await tx.execute({
    text: `UPDATE epoch_key SET state = 'destroyed', wrapped = NULL, retired_at = $3
           WHERE account_id = $1 AND epoch = $2`,
    values: [id, epoch, now],
  })
}
