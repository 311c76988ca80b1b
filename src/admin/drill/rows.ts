/** The table of drills. */
import type { Millis } from '../../base/clock.ts'
import type { Db, Tx } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { drillsListedMax } from '../limits.ts'

/** Stored sealed: add optional fields only. */
export interface DrillReport {
  readonly backup: string
  readonly backupId: string
  readonly takenAt: Millis
  readonly octets: number
  /** Between the backup and the drill: what would be lost. */
  readonly ageMs: number
  /** An empty database of its own, and everything in it again. */
  readonly restoreMs: number
  /** Every message opened, every row with a MAC and every chain looked at. */
  readonly verifyMs: number
  readonly rows: number
  readonly objects: number
  readonly accounts: number
  readonly messages: number
  readonly faults: number
  /** The first of them, with ids and no content. */
  readonly sentences: readonly string[]
}

export interface Drill {
  readonly id: string
  readonly nodeId: string
  readonly begunAt: Millis
  readonly report: DrillReport
}

type PlatformKeys = Pick<Keys, 'platform'>

export async function insertDrill(tx: Tx, keys: PlatformKeys, drill: Drill): Promise<void> {
  const { id, nodeId, begunAt, report } = drill
  await tx.execute({
    name: 'admin.insert-drill',
    text: 'INSERT INTO drill (drill_id, node_id, begun_at, sealed) VALUES ($1, $2, $3, $4)',
    values: [id, nodeId, begunAt, keys.platform.seal(placeOf(drill), octetsOf(report))],
  })
}

/** The newest first, at most so many. */
export async function listDrills(db: Db, keys: PlatformKeys): Promise<readonly Drill[]> {
  const rows = await db.rows<DrillRow>({
    name: 'admin.list-drills',
    text: `SELECT drill_id, node_id, begun_at, sealed FROM drill
      ORDER BY begun_at DESC, drill_id LIMIT ${drillsListedMax}`,
  })
  return rows.map(({ drill_id: id, node_id: nodeId, begun_at: begunAt, sealed }) => {
    const octets = keys.platform.open(placeOf({ id, nodeId, begunAt }), sealed)
    // Sealed by us above.
    return { id, nodeId, begunAt, report: JSON.parse(octets.toString()) as DrillReport }
  })
}

interface DrillRow {
  readonly drill_id: string
  readonly node_id: string
  readonly begun_at: number
  readonly sealed: Buffer
}

/** Node and time are bound as well: a report is of this drill and no other. */
function placeOf({ id, nodeId, begunAt }: Omit<Drill, 'report'>) {
  return { object: `${id} ${nodeId} ${begunAt}`, field: 'drill.sealed' }
}

function octetsOf(report: DrillReport): Buffer {
  return Buffer.from(JSON.stringify(report))
}
