/** The table of drained nodes. */
import type { Millis } from '../../base/clock.ts'
import type { Db, Tx } from '../../db/types.ts'

export interface DrainedNode {
  readonly nodeId: string
  readonly drainedAt: Millis
}

export async function listDrained(db: Db): Promise<readonly DrainedNode[]> {
  const rows = await db.rows<{ node_id: string; drained_at: number }>({
    name: 'admin.list-drained',
    text: 'SELECT node_id, drained_at FROM node_drain ORDER BY node_id',
  })
  return rows.map((row) => ({ nodeId: row.node_id, drainedAt: row.drained_at }))
}

/** @returns false when it was so already. */
export async function drainNode(tx: Tx, { nodeId, drainedAt }: DrainedNode): Promise<boolean> {
  const changed = await tx.execute({
    name: 'admin.drain-node',
    text: 'INSERT INTO node_drain (node_id, drained_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [nodeId, drainedAt],
  })
  return changed > 0
}

/** @returns false when it was not drained. */
export async function undrainNode(tx: Tx, nodeId: string): Promise<boolean> {
  const changed = await tx.execute({
    name: 'admin.undrain-node',
    text: 'DELETE FROM node_drain WHERE node_id = $1',
    values: [nodeId],
  })
  return changed > 0
}

/** The processes of a node have its name with a number behind it. */
export function isOfNode(processId: string, nodeId: string): boolean {
  return processId === nodeId || processId.startsWith(`${nodeId}-`)
}
