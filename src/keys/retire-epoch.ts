/**
 * Destroys the key of a past month. From then on what was deleted in that month is gone from every
 * backup too whose copy of this row is not kept: the moment "gone" becomes true (architecture D3).
 */
import { Refusal } from '../base/refusal.ts'
import type { AccountId } from '../base/id.ts'
import { standingEpoch } from './account-rows.ts'
import { epochRetireMonthsMin } from './limits.ts'
import type { RotationParts } from './rotation.ts'
import { destroyEpoch, listEpochs } from './rotation-rows.ts'
import { epochOf } from './types.ts'
import type { EpochUses } from './types.ts'

export async function retireEpoch(
  parts: RotationParts,
  which: { readonly id: AccountId; readonly epoch: number; readonly uses: EpochUses },
): Promise<void> {
  const { database, clock } = parts.ground
  const { id, epoch, uses } = which
  const now = clock.now()
  if (epoch === standingEpoch || monthsOf(epochOf(now)) - monthsOf(epoch) < epochRetireMonthsMin)
    throw new Refusal('invalid', { what: 'epoch is too young to retire', epoch })
  await database.transaction(async (tx) => {
    const row = (await listEpochs(tx, id)).find((row) => row.epoch === epoch)
    if (row === undefined) throw new Refusal('not-found', { account: id, epoch })
    if (await uses.isInUse(tx, id, row.keyId))
      throw new Refusal('invalid', { what: 'epoch is in use', epoch })
    await destroyEpoch(tx, id, epoch, now)
    tx.afterCommit(() => parts.forget(id))
  })
}

function monthsOf(epoch: number): number {
  return Math.trunc(epoch / 100) * 12 + (epoch % 100)
}
