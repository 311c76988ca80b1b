/** The tables of nodes, and of those that are drained. */
import type { Millis } from '../../base/clock.ts'
import type { Database, Db, Tx } from '../../db/types.ts'

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

export interface KnownNode {
  readonly nodeId: string
  readonly version: string
  readonly startedAt: Millis
  readonly seenAt: Millis
  readonly stopAskedAt: Millis | undefined
}

export async function listNodes(db: Db, seenAfter: Millis): Promise<readonly KnownNode[]> {
  const rows = await db.rows<{
    node_id: string
    version: string
    started_at: number
    seen_at: number
    stop_asked_at: number | null
  }>({
    name: 'admin.list-nodes',
    text: `SELECT node_id, version, started_at, seen_at, stop_asked_at FROM node
      WHERE seen_at > $1 ORDER BY node_id`,
    values: [seenAfter],
  })
  return rows.map((row) => ({
    nodeId: row.node_id,
    version: row.version,
    startedAt: row.started_at,
    seenAt: row.seen_at,
    stopAskedAt: row.stop_asked_at ?? undefined,
  }))
}

/** A node that starts: who asked it to end asked the one before. */
export async function noteStart(
  database: Database,
  node: { readonly nodeId: string; readonly version: string; readonly at: Millis },
): Promise<void> {
  await database.single({
    name: 'admin.note-start',
    text: `INSERT INTO node (node_id, version, started_at, seen_at) VALUES ($1, $2, $3, $3)
      ON CONFLICT (node_id) DO UPDATE SET version = EXCLUDED.version,
        started_at = EXCLUDED.started_at, seen_at = EXCLUDED.seen_at, stop_asked_at = NULL`,
    values: [node.nodeId, node.version, node.at],
  })
}

/** It goes on. @returns whether it is to end. */
export async function noteSeen(database: Database, nodeId: string, at: Millis): Promise<boolean> {
  const [row] = await database.single<{ stop_asked_at: number | null }>({
    name: 'admin.note-seen',
    text: 'UPDATE node SET seen_at = $2 WHERE node_id = $1 RETURNING stop_asked_at',
    values: [nodeId, at],
  })
  return typeof row?.stop_asked_at === 'number'
}

/** @returns false when nobody has heard of it lately, or it was asked before. */
export async function askToStop(
  tx: Tx,
  { nodeId, at, seenAfter }: { nodeId: string; at: Millis; seenAfter: Millis },
): Promise<boolean> {
  const changed = await tx.execute({
    name: 'admin.ask-to-stop',
    text: `UPDATE node SET stop_asked_at = $2
      WHERE node_id = $1 AND seen_at > $3 AND stop_asked_at IS NULL`,
    values: [nodeId, at, seenAfter],
  })
  return changed > 0
}
