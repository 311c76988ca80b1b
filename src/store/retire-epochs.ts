/**
 * Destroys the keys of months that no kept backup needs: what such a month still holds is rewrapped
 * under the present month, then its key goes, and with it every content key that was wrapped under it
 * and deleted since. This is the moment when "gone" is true of stray copies too. Architecture D3.
 */
import { isRefusal } from '../base/refusal.ts'
import type { Millis } from '../base/clock.ts'
import type { AccountId } from '../base/id.ts'
import type { Db } from '../db/types.ts'
import { SealError, type AccountKeys, type EpochRow } from '../keys/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from './context.ts'
import { epochKeptMsMin, epochsPerRound, rewrapBatch } from './limits.ts'

/** One round. `keptMs`: how long backups are kept. @returns how many months' keys are destroyed. */
export async function retireEpochs(context: StoreContext, keptMs: Millis): Promise<number> {
  const { keys, clock } = context
  const before = clock.now() - Math.max(keptMs, epochKeptMsMin)
  let retired = 0
  for (const epoch of await keys.rotation.epochsBefore(before, epochsPerRound)) {
    if ((await rewrapAll(context, epoch)) && (await retire(context, epoch))) retired++
  }
  return retired
}

async function retire({ keys }: StoreContext, { accountId, epoch }: EpochRow): Promise<boolean> {
  try {
    await keys.rotation.retireEpoch(accountId, epoch, { isInUse })
    return true
  } catch (error) {
    // Another node was faster, or a message came under it meanwhile: the next round looks again.
    if (isRefusal(error, 'not-found') || isRefusal(error, 'invalid')) return false
    throw error
  }
}

/** What has a content key of its own. */
const keptUnder = [
  { table: 'message', id: 'message_id' },
  { table: 'search_segment', id: 'segment_id' },
  { table: 'document_segment', id: 'segment_id' },
  { table: 'mailbox_pack', id: 'pack_id' },
] as const

interface WrappedRow {
  readonly id: string
  readonly content_key: Buffer
}

/** @returns false when something does not open: it keeps its key, and `tamar verify` names it. */
async function rewrapAll(context: StoreContext, { accountId, keyId }: EpochRow): Promise<boolean> {
  const keys = await accountKeys(context, accountId)
  // The present month's key may be one that another node made.
  await keys.refresh()
  for (const kept of keptUnder) {
    for (;;) {
      const range = { kept, rowsMax: rewrapBatch }
      const rows = await wrappedUnder(context.database, accountId, keyId, range)
      if (rows.length === 0) break
      const made = await rewrapped(keys, rows)
      if (made === undefined) return false
      await context.database.single({
        name: `store.rewrap-${kept.table}`,
        text: `UPDATE ${kept.table} SET content_key = made
          FROM unnest($2::uuid[], $3::bytea[]) AS n (id, made)
          WHERE account_id = $1 AND ${kept.id} = n.id`,
        values: [accountId, rows.map((row) => row.id), made],
      })
    }
  }
  return true
}

async function rewrapped(
  keys: AccountKeys,
  rows: readonly WrappedRow[],
): Promise<readonly Buffer[] | undefined> {
  try {
    return await withFreshKeys(keys, () =>
      rows.map((row) => keys.rewrapContentKey(row.id, row.content_key) ?? row.content_key),
    )
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

/** A content key names the key it is wrapped under in its octets 1 to 8. */
function wrappedUnder(
  db: Db,
  account: AccountId,
  keyId: Buffer,
  { kept, rowsMax }: { readonly kept: (typeof keptUnder)[number]; readonly rowsMax: number },
): Promise<readonly WrappedRow[]> {
  return db.rows<WrappedRow>({
    name: `store.wrapped-under-${kept.table}`,
    text: `SELECT ${kept.id} AS id, content_key FROM ${kept.table}
      WHERE account_id = $1 AND substr(content_key, 2, 8) = $2 LIMIT $3`,
    values: [account, keyId, rowsMax],
  })
}

async function isInUse(tx: Db, account: AccountId, keyId: Buffer): Promise<boolean> {
  for (const kept of keptUnder) {
    if ((await wrappedUnder(tx, account, keyId, { kept, rowsMax: 1 })).length > 0) return true
  }
  return false
}
