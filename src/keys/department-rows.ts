/** Table `department_key`. */
import type { Millis } from '../base/clock.ts'
import type { DepartmentId } from '../base/id.ts'
import type { Db, Tx } from '../db/types.ts'
import type { WrappedByMaster } from './masters.ts'
import type { Place } from './types.ts'

/** `wrap` keys wrap account keys and rotate; the `data` key seals the department's own values. */
export type DepartmentPurpose = 'wrap' | 'data'

export interface DepartmentKeyRow {
  readonly keyId: Buffer
  readonly departmentId: DepartmentId
  readonly purpose: DepartmentPurpose
  readonly generation: number
  readonly isActive: boolean
  readonly wrapping: WrappedByMaster
}

export function departmentPlace(
  row: Pick<DepartmentKeyRow, 'departmentId' | 'purpose' | 'keyId'>,
): Place {
  const { departmentId, purpose, keyId } = row
  return {
    object: `${departmentId} ${keyId.toString('hex')}`,
    field: `department-key ${purpose}`,
  }
}

const columns = 'key_id, department_id, purpose, generation, state, master_id, wrapped'

interface Columns {
  readonly key_id: Buffer
  readonly department_id: string
  readonly purpose: DepartmentPurpose
  readonly generation: number
  readonly state: string
  readonly master_id: string
  readonly wrapped: Buffer
}

/** All of one department that may still open something, oldest generation first. */
export async function listDepartmentKeys(
  db: Db,
  id: DepartmentId,
): Promise<readonly DepartmentKeyRow[]> {
  const rows = await db.rows<Columns>({
    name: 'keys.listDepartmentKeys',
    text: `SELECT ${columns} FROM department_key
           WHERE department_id = $1 AND state <> 'destroyed' ORDER BY purpose, generation`,
    values: [id],
  })
  return rows.map(fromColumns)
}

/**
 * The key that wraps now, kept from being retired until the transaction ends: nothing is ever
 * wrapped under a key whose rotation has begun.
 */
export async function holdWrappingKey(
  tx: Tx,
  id: DepartmentId,
): Promise<DepartmentKeyRow | undefined> {
  const row = await tx.row<Columns>({
    name: 'keys.holdWrappingKey',
    text: `SELECT ${columns} FROM department_key
           WHERE department_id = $1 AND purpose = 'wrap' AND state = 'active' FOR SHARE`,
    values: [id],
  })
  return row && fromColumns(row)
}

export async function insertDepartmentKey(
  tx: Tx,
  row: DepartmentKeyRow,
  now: Millis,
): Promise<void> {
  const { keyId, departmentId, purpose, generation, wrapping } = row
  await tx.execute({
    name: 'keys.insertDepartmentKey',
    text: `INSERT INTO department_key (key_id, department_id, purpose, generation, master_id,
             wrapped, state, created_at, activated_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'active', $7, $7)`,
    values: [keyId, departmentId, purpose, generation, wrapping.masterId, wrapping.wrapped, now],
  })
}

function fromColumns(row: Columns): DepartmentKeyRow {
  return {
    keyId: row.key_id,
    departmentId: row.department_id,
    purpose: row.purpose,
    generation: row.generation,
    isActive: row.state === 'active',
    wrapping: { masterId: row.master_id, wrapped: row.wrapped },
  }
}
