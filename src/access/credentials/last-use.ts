/** When each credential was last used, to the hour: kept in memory, written together. D14. */
import type { Clock, Millis } from '../../base/clock.ts'
import { idOctets } from '../../base/id.ts'
import type { Database, Db } from '../../db/types.ts'
import { tableBuckets, useGranularityMs } from '../limits.ts'

export class LastUse {
  readonly #database: Database
  readonly #clock: Clock
  readonly #used = new Map<string, Millis>()
  #unsaved = new Map<string, Millis>()

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  used(credentialId: string): void {
    const hour = Math.floor(this.#clock.now() / useGranularityMs) * useGranularityMs
    if (this.#used.get(credentialId) === hour) return
    this.#used.set(credentialId, hour)
    this.#unsaved.set(credentialId, hour)
  }

  async flush(): Promise<void> {
    const uses = this.#unsaved
    this.#unsaved = new Map()
    try {
      for (const [bucket, some] of Map.groupBy(uses, ([id]) => bucketOf(id)))
        await save(this.#database, bucket, some)
    } catch (error) {
      // What came meanwhile is newer.
      this.#unsaved = new Map([...uses, ...this.#unsaved])
      throw error
    }
  }
}

async function save(
  database: Database,
  bucket: number,
  uses: readonly (readonly [string, Millis])[],
): Promise<void> {
  await database.single({
    name: 'access.saveUse',
    text: `INSERT INTO credential_use (bucket, credential_id, used_hour_at)
      SELECT $1, * FROM unnest($2::uuid[], $3::bigint[])
      ON CONFLICT (bucket, credential_id) DO UPDATE
      SET used_hour_at = greatest(credential_use.used_hour_at, excluded.used_hour_at)`,
    values: [bucket, uses.map(([id]) => id), uses.map(([, hour]) => hour)],
  })
}

/** Undefined: never, as far as was written. */
export async function findLastUse(db: Db, credentialId: string): Promise<Millis | undefined> {
  const row = await db.row<{ used_hour_at: number }>({
    name: 'access.findLastUse',
    text: 'SELECT used_hour_at FROM credential_use WHERE bucket = $1 AND credential_id = $2',
    values: [bucketOf(credentialId), credentialId],
  })
  return row?.used_hour_at
}

function bucketOf(id: string): number {
  return (idOctets(id)[15] ?? 0) % tableBuckets
}
