/** How far each chain is sealed, as rows: they outlive the entries, which are dropped one day. */
import type { Database, Db } from '../../db/types.ts'
import type { Millis } from '../../base/clock.ts'
import { bucketOf } from '../bucket.ts'
import type { Sealed } from './chain-shipper.ts'

export interface Shipped extends Sealed {
  readonly at: Millis
}

/** Another one may have said the same. */
export async function noteShipped(
  database: Database,
  nodeId: string,
  { seq, handsOn, isStop, at }: Shipped,
): Promise<void> {
  await database.single({
    name: 'audit.note-shipped',
    text: `INSERT INTO audit_shipped (bucket, node_id, seq, hands_on, is_stop, at)
      VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    values: [bucketOf(nodeId), nodeId, seq, handsOn, isStop, at],
  })
}

/** The newest; undefined while nothing of the chain is known to be sealed. */
export async function findShipped(db: Db, nodeId: string): Promise<Shipped | undefined> {
  const row = await db.row<{ seq: number; hands_on: Buffer; is_stop: boolean; at: Millis }>({
    name: 'audit.find-shipped',
    text: `SELECT seq, hands_on, is_stop, at FROM audit_shipped
      WHERE bucket = $1 AND node_id = $2 ORDER BY seq DESC LIMIT 1`,
    values: [bucketOf(nodeId), nodeId],
  })
  if (row === undefined) return undefined
  return { seq: row.seq, handsOn: row.hands_on, isStop: row.is_stop, at: row.at }
}
