/** Table `platform_key`. */
import type { Millis } from '../base/clock.ts'
import type { Db, Tx } from '../db/types.ts'
import type { WrappedByMaster } from './masters.ts'
import type { Place } from './types.ts'

/** `…-hash`, `pepper`: what is stored under them cannot be made anew, so they last. */
export const platformPurposes = [
  'directory',
  'directory-hash',
  'platform',
  'platform-hash',
  'authority',
  'pepper',
] as const
export type PlatformPurpose = (typeof platformPurposes)[number]

export interface PlatformKeyRow {
  readonly keyId: Buffer
  readonly purpose: string
  readonly generation: number
  readonly activatedAt: Millis
  readonly wrapping: WrappedByMaster
}

export function platformPlace(purpose: string, keyId: Buffer): Place {
  return { object: keyId.toString('hex'), field: `platform-key ${purpose}` }
}

/** All that may still open something, oldest generation first. */
export async function listPlatformKeys(db: Db): Promise<readonly PlatformKeyRow[]> {
  const rows = await db.rows<{
    key_id: Buffer
    purpose: string
    generation: number
    activated_at: number
    master_id: string
    wrapped: Buffer
  }>({
    name: 'keys.listPlatformKeys',
    text: `SELECT key_id, purpose, generation, activated_at, master_id, wrapped
           FROM platform_key WHERE state <> 'destroyed' ORDER BY purpose, generation`,
  })
  return rows.map((row) => ({
    keyId: row.key_id,
    purpose: row.purpose,
    generation: row.generation,
    activatedAt: row.activated_at,
    wrapping: { masterId: row.master_id, wrapped: row.wrapped },
  }))
}

/** Does nothing where another node has made that generation already. */
export async function insertPlatformKeys(
  tx: Tx,
  keys: readonly PlatformKeyRow[],
  now: Millis,
): Promise<void> {
  for (const { keyId, purpose, generation, activatedAt, wrapping } of keys)
    await tx.execute({
      name: 'keys.insertPlatformKey',
      text: `INSERT INTO platform_key (key_id, purpose, generation, master_id, wrapped, state,
               created_at, activated_at)
             VALUES ($1, $2, $3, $4, $5, 'active', $6, $7)
             ON CONFLICT (purpose, generation) DO NOTHING`,
      values: [keyId, purpose, generation, wrapping.masterId, wrapping.wrapped, now, activatedAt],
    })
}

/** Marks those whose successor is active. They still open. */
export async function retirePlatformKeys(tx: Tx, now: Millis): Promise<void> {
  await tx.execute({
    text: `UPDATE platform_key AS old SET state = 'retired', retired_at = $1
           WHERE state = 'active' AND EXISTS (
             SELECT FROM platform_key AS next WHERE next.purpose = old.purpose
               AND next.generation > old.generation AND next.activated_at <= $1)`,
    values: [now],
  })
}
