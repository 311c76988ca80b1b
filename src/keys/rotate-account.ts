/**
 * A new account key, in one transaction: the active row is locked, so that no epoch is made under
 * the old key meanwhile; a node that tries waits, finds it gone and reads again.
 */
import { Refusal } from '../base/refusal.ts'
import type { AccountId } from '../base/id.ts'
import { newAccountKey, openAccountKey } from './account-keys.ts'
import { epochPlace, insertAccountKey, lockAccountKey } from './account-rows.ts'
import type { RotationParts } from './rotation.ts'
import { destroyAccountKey, listEpochs, rewrapEpoch } from './rotation-rows.ts'

/** @returns how many epochs were rewrapped. */
export async function rotateAccount(parts: RotationParts, id: AccountId): Promise<number> {
  const { ground, departments } = parts
  return ground.database.transaction(async (tx) => {
    const now = ground.clock.now()
    const row = await lockAccountKey(tx, id)
    if (row === undefined) throw new Refusal('no-such-account', { account: id })
    const wrap = await departments.ringIn(tx, row.departmentId, row.wrappingKeyId)
    if (wrap === undefined) throw new Refusal('try-again', { what: 'department key' })
    const old = openAccountKey(ground, id, row, wrap)
    const department = await departments.hold(tx, row.departmentId)
    const made = newAccountKey(ground, id, row.departmentId, department)
    const epochs = await listEpochs(tx, id)
    await destroyAccountKey(tx, id, row.keyId, now)
    await insertAccountKey(tx, id, made.row, now)
    for (const epoch of epochs) {
      const place = epochPlace(epoch.epoch, epoch.keyId)
      const secret = old.ring.open(place, epoch.wrapped)
      const wrapped = made.ring.seal(place, secret)
      secret.fill(0)
      await rewrapEpoch(tx, id, made.row.keyId, { ...epoch, wrapped })
    }
    tx.afterCommit(() => parts.forget(id))
    return epochs.length
  })
}
