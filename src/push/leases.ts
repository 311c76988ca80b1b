/** Which node pushes to whom: each bucket is one node's, until it does not say so any more. */
import type { Database } from '../db/types.ts'
import { buckets, leaseMs } from './limits.ts'

/** Takes what is free or was left, and keeps what it has. By the database's clock, which is one. */
export async function claimBuckets(
  database: Pick<Database, 'single'>,
  nodeId: string,
): Promise<ReadonlySet<number>> {
  const rows = await database.single<{ bucket: number }>({
    name: 'push.claim',
    text: `INSERT INTO push_lease (bucket, node_id, until)
      SELECT b, $1, now() + $2 * interval '1 millisecond' FROM generate_series(0, $3 - 1) AS b
      ON CONFLICT (bucket) DO UPDATE SET node_id = excluded.node_id, until = excluded.until
        WHERE push_lease.node_id = excluded.node_id OR push_lease.until < now()
      RETURNING bucket`,
    values: [nodeId, leaseMs, buckets],
  })
  return new Set(rows.map(({ bucket }) => bucket))
}

/** The node ends: another need not wait. */
export async function leaveBuckets(
  database: Pick<Database, 'single'>,
  nodeId: string,
): Promise<void> {
  await database.single({
    name: 'push.leave',
    text: 'DELETE FROM push_lease WHERE node_id = $1',
    values: [nodeId],
  })
}
