/**
 * What a factor has shown last: the step of a code (RFC 6238 §5.2), the counter of a passkey (WebAuthn
 * Level 3, §6.1.1). It only rises, on all nodes together, so that nothing is shown twice.
 */
import { idOctets } from '../../base/id.ts'
import type { Database } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { tableBuckets } from '../limits.ts'

export interface FactorUses {
  readonly database: Database
  readonly keys: Pick<Keys, 'authority'>
  /** A row that does not verify: the factor opens nothing until somebody has looked. */
  readonly onAlarm: (rowId: string) => void
}

/** Undefined: what is kept cannot be believed. -1: it was never used. */
export async function findFactorUse(
  { database, keys, onAlarm }: FactorUses,
  credentialId: string,
): Promise<number | undefined> {
  const row = await database.row<{ last: number; mac: Buffer }>({
    name: 'access.find-factor-use',
    text: 'SELECT last, mac FROM factor_use WHERE bucket = $1 AND credential_id = $2',
    values: [bucketOf(credentialId), credentialId],
  })
  if (row === undefined) return -1
  if (keys.authority.verify(table, [credentialId, row.last], row.mac)) return row.last
  onAlarm(credentialId)
  return undefined
}

/** @returns whether it was the first to show this: who is second has only seen it. */
export async function raiseFactorUse(
  { database, keys }: FactorUses,
  credentialId: string,
  last: number,
): Promise<boolean> {
  const raised = await database.single({
    name: 'access.raise-factor-use',
    text: `INSERT INTO factor_use (bucket, credential_id, last, mac) VALUES ($1, $2, $3, $4)
      ON CONFLICT (bucket, credential_id) DO UPDATE SET last = excluded.last, mac = excluded.mac
      WHERE factor_use.last < excluded.last RETURNING last`,
    values: [
      bucketOf(credentialId),
      credentialId,
      last,
      keys.authority.mac(table, [credentialId, last]),
    ],
  })
  return raised.length > 0
}

const table = 'factor_use'

function bucketOf(id: string): number {
  return (idOctets(id)[15] ?? 0) % tableBuckets
}
