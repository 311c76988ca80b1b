/** The table of calls that were made with an Idempotency-Key. */
import type { Database, Tx } from '../db/types.ts'
import { expiryBatch, tableBuckets } from './limits.ts'

export interface KeptCall {
  readonly print: Buffer
  readonly state: 'begun' | 'committed' | 'answered'
  readonly answer: Buffer | null
  readonly started_at: number
}

export const keptCalls = {
  /** @returns false when the key is known. */
  async insert(
    database: Database,
    { key, print, at }: { readonly key: Buffer; readonly print: Buffer; readonly at: number },
  ): Promise<boolean> {
    const rows = await database.single({
      name: 'admin.keep-call',
      text: `INSERT INTO kept_call (bucket, key, print, state, started_at)
        VALUES ($1, $2, $3, 'begun', $4) ON CONFLICT DO NOTHING RETURNING bucket`,
      values: [bucketOf(key), key, print, at],
    })
    return rows.length > 0
  },

  find(database: Database, key: Buffer): Promise<KeptCall | undefined> {
    return database.row<KeptCall>({
      name: 'admin.find-call',
      text: 'SELECT print, state, answer, started_at FROM kept_call WHERE bucket = $1 AND key = $2',
      values: [bucketOf(key), key],
    })
  },

  async commit(tx: Tx, key: Buffer): Promise<void> {
    await tx.execute({
      name: 'admin.commit-call',
      text: `UPDATE kept_call SET state = 'committed' WHERE bucket = $1 AND key = $2`,
      values: [bucketOf(key), key],
    })
  },

  async answer(database: Database, key: Buffer, answer: Buffer | undefined): Promise<void> {
    await database.single({
      name: 'admin.answer-call',
      text: `UPDATE kept_call SET state = 'answered', answer = $3 WHERE bucket = $1 AND key = $2`,
      values: [bucketOf(key), key, answer ?? null],
    })
  },

  /** What was committed stays known, whatever went wrong after it. */
  async forget(database: Database, key: Buffer): Promise<void> {
    await database.single({
      name: 'admin.forget-call',
      text: `DELETE FROM kept_call WHERE bucket = $1 AND key = $2 AND state = 'begun'`,
      values: [bucketOf(key), key],
    })
  },
}

/** @returns how many rows went. */
export async function expireKeptCalls(database: Database, before: number): Promise<number> {
  let removed = 0
  for (let bucket = 0; bucket < tableBuckets; bucket++)
    for (let some = expiryBatch; some === expiryBatch; removed += some)
      some = await database.transaction((tx) =>
        tx.execute({
          name: 'admin.expire-calls',
          text: `DELETE FROM kept_call WHERE bucket = $1 AND key IN (
            SELECT key FROM kept_call WHERE bucket = $1 AND started_at < $2 LIMIT $3)`,
          values: [bucket, before, expiryBatch],
        }),
      )
  return removed
}

function bucketOf(key: Buffer): number {
  return (key[0] ?? 0) % tableBuckets
}
