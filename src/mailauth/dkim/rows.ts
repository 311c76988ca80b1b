/** The table of keys. What a row holds is sealed and bound to its domain, selector and algorithm. */
import type { Millis } from '../../base/clock.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { HashingSealer, Place } from '../../keys/types.ts'
import type { DkimAlgorithm } from './key.ts'

export interface KeyRow {
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  readonly made_at: Millis
  readonly published_at: Millis | null
  readonly retired_at: Millis | null
  readonly sealed: Buffer
}

export function domainKeyOf(keys: HashingSealer, domain: string): Buffer {
  return keys.hash('dkim.domain', domain)
}

export function placeOf(domainKey: Buffer, selector: string, algorithm: DkimAlgorithm): Place {
  return { object: `${domainKey.toString('hex')}/${selector}/${algorithm}`, field: 'dkim.key' }
}

/** The newest first. */
export function listKeys(db: Db, domainKey: Buffer): Promise<readonly KeyRow[]> {
  return db.rows<KeyRow>({
    name: 'dkim.list',
    text: `SELECT selector, algorithm, made_at, published_at, retired_at, sealed FROM dkim_key
      WHERE domain_key = $1 ORDER BY made_at DESC, selector`,
    values: [domainKey],
  })
}

/** @returns false when another node made one of this name. */
export async function insertKey(
  tx: Tx,
  domainKey: Buffer,
  row: Pick<KeyRow, 'selector' | 'algorithm' | 'made_at' | 'sealed'>,
): Promise<boolean> {
  const inserted = await tx.execute({
    name: 'dkim.insert',
    text: `INSERT INTO dkim_key (domain_key, selector, algorithm, made_at, sealed)
      VALUES ($1, $2, $3, $4, $5) ON CONFLICT (domain_key, selector) DO NOTHING`,
    values: [domainKey, row.selector, row.algorithm, row.made_at, row.sealed],
  })
  return inserted > 0
}

/** It signs from now on, and the older ones of its algorithm no longer. @returns whether it was new. */
export async function publishKey(
  tx: Tx,
  domainKey: Buffer,
  { selector, algorithm, made_at: madeAt }: KeyRow,
  now: Millis,
): Promise<boolean> {
  const published = await tx.execute({
    name: 'dkim.publish',
    text: `UPDATE dkim_key SET published_at = $3
      WHERE domain_key = $1 AND selector = $2 AND published_at IS NULL`,
    values: [domainKey, selector, now],
  })
  if (published === 0) return false
  await tx.execute({
    name: 'dkim.retire',
    text: `UPDATE dkim_key SET retired_at = $4 WHERE domain_key = $1 AND algorithm = $2
      AND made_at < $3 AND retired_at IS NULL`,
    values: [domainKey, algorithm, madeAt, now],
  })
  return true
}

export async function deleteKey(tx: Tx, domainKey: Buffer, selector: string): Promise<boolean> {
  const deleted = await tx.execute({
    name: 'dkim.delete',
    text: 'DELETE FROM dkim_key WHERE domain_key = $1 AND selector = $2',
    values: [domainKey, selector],
  })
  return deleted > 0
}
