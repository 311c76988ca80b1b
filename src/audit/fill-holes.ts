/**
 * Numbers that a process took with it when it died: acts under way whose entries were never committed,
 * while later ones were. Each becomes void, so that the chain can be followed and shipped again. The
 * numbers left out at a restart stay out: that gap shows the crash.
 */
import { randomBytes } from 'node:crypto'
import type { Database } from '../db/types.ts'
import type { HashingSealer } from '../keys/types.ts'
import { bucketOf } from './bucket.ts'
import { macAfter, openEntry, voidLink } from './chain.ts'
import type { Link } from './chain.ts'
import { groupMax } from './limits.ts'
import { findRow, Outbox } from './outbox.ts'

export interface HolesOf {
  readonly nodeId: string
  /** Everything up to it is sealed, and so has no holes; its successor links to `handsOn`. */
  readonly sealed: { readonly seq: number; readonly handsOn: Buffer } | undefined
}

interface Hole {
  /** The first entry after it, and the last number before it. */
  readonly seq: number
  readonly at: number
  readonly previous: Buffer
  readonly before: number
}

/** For a chain whose process is dead. @returns how many numbers became void. */
export async function fillHoles(
  database: Database,
  keys: HashingSealer,
  { nodeId, sealed }: HolesOf,
): Promise<number> {
  const outbox = new Outbox(nodeId)
  let filled = 0
  for (const hole of await listHoles(database, nodeId, sealed?.seq ?? 0)) {
    const handsOn =
      hole.before === (sealed?.seq ?? 0)
        ? (sealed?.handsOn ?? Buffer.alloc(32))
        : await handsOnOf(database, keys, nodeId, hole.before)
    // It links over the numbers left out: nothing was lost here.
    if (handsOn.equals(hole.previous)) continue
    const voids = voidsOf(keys, nodeId, hole, handsOn)
    for (let at = 0; at < voids.length; at += groupMax)
      await database.single(outbox.insertVoids(voids.slice(at, at + groupMax)))
    filled += voids.length
  }
  return filled
}

async function handsOnOf(
  database: Database,
  keys: HashingSealer,
  nodeId: string,
  seq: number,
): Promise<Buffer> {
  const row = await findRow(database, nodeId, seq)
  if (row === undefined) throw new Error(`entry ${seq} of ${nodeId} was there a moment ago`)
  return macAfter(openEntry(keys, nodeId, seq, row.entry), row.mac)
}

/** The MACs in between are nobody's: only the last one, which the successor links to, is known. */
function voidsOf(keys: HashingSealer, nodeId: string, hole: Hole, handsOn: Buffer): Link[] {
  const voids: Link[] = []
  let previous = handsOn
  for (let seq = hole.before + 1; seq < hole.seq; seq++) {
    const mac = seq === hole.seq - 1 ? hole.previous : randomBytes(32)
    voids.push(voidLink(keys, nodeId, { seq, at: hole.at, mac, previous }))
    previous = mac
  }
  return voids
}

function listHoles(database: Database, nodeId: string, after: number): Promise<readonly Hole[]> {
  return database.rows<Hole>({
    name: 'audit.holes',
    text: `SELECT seq, at, previous, before FROM (
        SELECT seq, at, previous, lag(seq, 1, $3::bigint) OVER (ORDER BY seq) AS before
        FROM audit_outbox WHERE bucket = $1 AND node_id = $2 AND seq > $3) AS entry
      WHERE seq > before + 1 ORDER BY seq`,
    values: [bucketOf(nodeId), nodeId, after],
  })
}
