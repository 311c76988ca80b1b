/**
 * Drops days of the outbox whose every entry is in the log under a cosigned checkpoint. Believes the
 * signatures alone: what the database says of itself, and what the audit process says of itself, is
 * only where to look. Works as the role `tamar_audit_drop`.
 */
import type { Db, Database } from '../../db/types.ts'
import type { Millis } from '../../base/clock.ts'
import { openCheckpoint } from '../../tlog/checkpoint.ts'
import { hashLeaf } from '../../tlog/hash.ts'
import { parseLeaf } from '../../tlog/leaf.ts'
import { verifyInclusion } from '../../tlog/proof.ts'
import type { NoteVerifier } from '../../tlog/types.ts'
import { dayOf } from '../partitions.ts'
import type { AuditClient } from './client.ts'
import { droppedAfterDays, shippedKeptMs } from './limits.ts'
import { findShipped } from './shipped-rows.ts'

export interface DropOptions {
  /** Its login has become `tamar_audit_drop`. */
  readonly database: Database
  readonly client: AuditClient
  readonly log: NoteVerifier
  readonly witnesses: readonly NoteVerifier[]
  readonly quorum: number
  readonly now: Millis
}

export interface Dropped {
  readonly days: readonly number[]
  /** Days that are old enough and not proven, each with the chain that is missing. */
  readonly kept: readonly { readonly day: number; readonly node: string }[]
}

/** @throws Refusal('audit-unavailable' | 'try-again'), ('invalid') for a checkpoint that is not good. */
export async function dropShipped(options: DropOptions): Promise<Dropped> {
  const { database, now } = options
  const proven = new Map<string, Promise<number>>()
  const days: number[] = []
  const kept: { day: number; node: string }[] = []
  for (const day of await listDays(database)) {
    if (day > dayOf(now) - droppedAfterDays) continue
    const missing = await findUnproven(options, day, proven)
    if (missing !== undefined) {
      kept.push({ day, node: missing })
      continue
    }
    await database.single({ text: 'SELECT audit_drop_partition($1)', values: [day] })
    days.push(day)
  }
  await database.single({
    text: 'SELECT audit_forget_shipped($1)',
    values: [now - shippedKeptMs],
  })
  return { days, kept }
}

/** The first node with an entry of this day beyond what is proven of it. */
async function findUnproven(
  options: DropOptions,
  day: number,
  proven: Map<string, Promise<number>>,
): Promise<string | undefined> {
  const { database } = options
  for (const { node, seq } of await listChains(database, day)) {
    const known = proven.get(node) ?? proveChain(options, node)
    proven.set(node, known)
    // The node must know, too, where its chain goes on without these rows.
    const shipped = await findShipped(database, node)
    if ((await known) < seq || (shipped?.seq ?? 0) < seq) return node
  }
  return undefined
}

/**
 * How far a chain is in the log: one entry of it that is proven proves those before it, since the log
 * takes a chain in its order only. 0: nothing is proven.
 */
async function proveChain(
  { client, log, witnesses, quorum }: DropOptions,
  node: string,
): Promise<number> {
  const { proven } = await client.chain(node)
  if (proven === undefined) return 0
  const { size, root } = openCheckpoint(proven.checkpoint, log, witnesses, quorum)
  const octets = Buffer.from(proven.leaf, 'base64')
  const leaf = parseLeaf(octets)
  const isIn = verifyInclusion({
    index: proven.index,
    size,
    leafHash: hashLeaf(octets),
    proof: proven.proof.map((hash) => Buffer.from(hash, 'base64')),
    root,
  })
  return isIn && leaf.node === node ? leaf.seq : 0
}

async function listDays(db: Db): Promise<readonly number[]> {
  const rows = await db.rows<{ day: number }>({
    text: `SELECT substring(c.relname FROM '^audit_outbox_d([0-9]+)$')::integer AS day
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'audit_outbox'::regclass AND c.relname ~ '^audit_outbox_d[0-9]+$'
      ORDER BY day`,
  })
  return rows.map(({ day }) => day)
}

/** The last number of each node on a day. */
function listChains(
  db: Db,
  day: number,
): Promise<readonly { readonly node: string; readonly seq: number }[]> {
  return db.rows({
    name: 'audit.chains-of-day',
    text: `SELECT node_id AS node, max(seq) AS seq FROM audit_outbox
      WHERE at >= $1::bigint * 86400000 AND at < ($1::bigint + 1) * 86400000 GROUP BY node_id`,
    values: [day],
  })
}
