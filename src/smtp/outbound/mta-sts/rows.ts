/** Policies in the database: sealed, found by a keyed hash of the domain. */
import { z } from 'zod'
import type { Millis } from '../../../base/clock.ts'
import type { Database } from '../../../db/types.ts'
import type { HashingSealer, Place } from '../../../keys/types.ts'
import type { KnownPolicy } from './types.ts'

export interface RowParts {
  readonly database: Database
  readonly keys: HashingSealer
}

export interface StoredPolicy {
  readonly policy: KnownPolicy
  readonly fetchedAt: Millis
  readonly expiresAt: Millis
}

/** Stored sealed: add optional fields, never rename or remove. */
const policySchema = z.strictObject({
  id: z.string(),
  mode: z.enum(['enforce', 'testing', 'none']),
  mx: z.array(z.string()),
  maxAgeMs: z.number(),
}) satisfies z.ZodType<KnownPolicy>

/** One that has not run out. */
export async function readPolicy(
  { database, keys }: RowParts,
  domain: string,
  now: Millis,
): Promise<StoredPolicy | undefined> {
  const key = keyOf(keys, domain)
  const row = await database.row<{ fetched_at: number; expires_at: number; sealed: Buffer }>({
    name: 'mta-sts.read',
    text: `SELECT fetched_at, expires_at, sealed FROM mta_sts_policy
      WHERE domain_key = $1 AND expires_at > $2`,
    values: [key, now],
  })
  if (row === undefined) return undefined
  const plain = keys.open(placeOf(key), row.sealed)
  return {
    policy: policySchema.parse(JSON.parse(plain.toString())),
    fetchedAt: row.fetched_at,
    expiresAt: row.expires_at,
  }
}

/** The newest counts; what ran out long ago goes. */
export async function writePolicy(
  { database, keys }: RowParts,
  domain: string,
  { policy, fetchedAt, expiresAt }: StoredPolicy,
): Promise<void> {
  const key = keyOf(keys, domain)
  const sealed = keys.seal(placeOf(key), Buffer.from(JSON.stringify(policy)))
  await database.transaction(async (tx) => {
    await tx.execute({
      name: 'mta-sts.write',
      text: `INSERT INTO mta_sts_policy (domain_key, fetched_at, expires_at, sealed)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (domain_key) DO UPDATE SET fetched_at = EXCLUDED.fetched_at,
          expires_at = EXCLUDED.expires_at, sealed = EXCLUDED.sealed
        WHERE mta_sts_policy.fetched_at < EXCLUDED.fetched_at`,
      values: [key, fetchedAt, expiresAt, sealed],
    })
    await tx.execute({
      name: 'mta-sts.forget',
      text: `DELETE FROM mta_sts_policy WHERE domain_key IN
        (SELECT domain_key FROM mta_sts_policy WHERE expires_at <= $1 LIMIT 100)`,
      values: [fetchedAt],
    })
  })
}

function keyOf(keys: HashingSealer, domain: string): Buffer {
  return keys.hash('mta-sts.domain', domain)
}

function placeOf(key: Buffer): Place {
  return { object: key.toString('hex'), field: 'mta-sts.policy' }
}
