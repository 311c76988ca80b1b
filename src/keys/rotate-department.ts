/**
 * A new department key. The old one stays readable until every account key is rewrapped; a node
 * that is stopped half-way leaves a retired key behind, which the next run finishes.
 */
import { Refusal } from '../base/refusal.ts'
import type { DepartmentId } from '../base/id.ts'
import type { KeyParts } from './account-keys.ts'
import { accountPlace } from './account-rows.ts'
import { insertDepartmentKey } from './department-rows.ts'
import { rewrapBatch } from './limits.ts'
import type { Told } from './types.ts'
import {
  destroyWrappingKey,
  listAccountKeysUnder,
  listRetiredWrappingKeys,
  retireWrappingKey,
  rewrapAccountKey,
} from './rotation-rows.ts'

/** @returns how many account keys were rewrapped. */
export async function rotateDepartment(
  parts: KeyParts,
  id: DepartmentId,
  told: Told = () => undefined,
): Promise<number> {
  const { database, clock } = parts.ground
  await database.transaction(async (tx) => {
    const now = clock.now()
    const old = await retireWrappingKey(tx, id, now)
    if (old === undefined) throw new Refusal('not-found', { department: id })
    const made = await parts.departments.newKey(id, 'wrap', old.generation + 1)
    await insertDepartmentKey(tx, made, now)
  })
  parts.departments.forget(id)
  let rewrapped = 0
  for (const keyId of await listRetiredWrappingKeys(database, id)) {
    rewrapped += await rewrapAllUnder(parts, id, keyId, (done) => told(rewrapped + done, 0))
    await destroyWrappingKey(database, keyId)
  }
  parts.departments.forget(id)
  return rewrapped
}

async function rewrapAllUnder(
  { ground, departments }: KeyParts,
  id: DepartmentId,
  wrappingKeyId: Buffer,
  told: (done: number) => void,
): Promise<number> {
  let rewrapped = 0
  for (;;) {
    const rows = await listAccountKeysUnder(ground.database, wrappingKeyId, rewrapBatch)
    if (rows.length === 0) return rewrapped
    rewrapped += await ground.database.transaction(async (tx) => {
      const department = await departments.hold(tx, id)
      let changed = 0
      for (const row of rows) {
        const place = accountPlace(row.accountId, row.keyId)
        const secret = department.wrap.open(place, row.wrapped)
        const wrapped = department.wrap.seal(place, secret)
        secret.fill(0)
        const to = { wrappingKeyId: department.wrappingKeyId, wrapped }
        changed += await rewrapAccountKey(tx, row.accountId, row, to)
      }
      return changed
    })
    told(rewrapped)
  }
}
