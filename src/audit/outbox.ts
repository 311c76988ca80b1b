/** The outbox table: insert and select are all that the platform may do there. */
import type { Database, Db, Statement } from '../db/types.ts'
import type { Link } from './chain.ts'
import { bucketOf } from './bucket.ts'

export interface OutboxRow {
  readonly node_id: string
  readonly seq: number
  readonly at: number
  readonly entry: Buffer
  readonly previous: Buffer
  readonly mac: Buffer
}

export class Outbox {
  readonly #nodeId: string
  readonly #bucket: number

  constructor(nodeId: string) {
    this.#nodeId = nodeId
    this.#bucket = bucketOf(nodeId)
  }

  insert(link: Link): Statement {
    return {
      name: 'audit.insert',
      text: `INSERT INTO audit_outbox (bucket, node_id, seq, at, entry, previous, mac)
        VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      values: [this.#bucket, this.#nodeId, link.seq, link.at, link.entry, link.previous, link.mac],
    }
  }

  insertMany(links: readonly Link[]): Statement {
    const [only] = links
    if (links.length === 1 && only !== undefined) return this.insert(only)
    return { name: 'audit.insert-many', text: insertMany, values: this.#columns(links) }
  }

  /** Where a number was committed after all, it stays; one under way is waited for. */
  insertVoids(links: readonly Link[]): Statement {
    return {
      name: 'audit.insert-voids',
      text: `${insertMany} ON CONFLICT DO NOTHING`,
      values: this.#columns(links),
    }
  }

  #columns(links: readonly Link[]): readonly unknown[] {
    return [
      this.#bucket,
      this.#nodeId,
      links.map((link) => link.seq),
      links.map((link) => link.at),
      links.map((link) => link.entry),
      links.map((link) => link.previous),
      links.map((link) => link.mac),
    ]
  }

  async last(database: Database): Promise<OutboxRow | undefined> {
    return database.row<OutboxRow>({
      name: 'audit.last',
      text: `SELECT node_id, seq, at, entry, previous, mac FROM audit_outbox
        WHERE bucket = $1 AND node_id = $2 ORDER BY seq DESC LIMIT 1`,
      values: [this.#bucket, this.#nodeId],
    })
  }

  /** The oldest number that nobody has fetched. */
  async firstSeq(database: Database): Promise<number | undefined> {
    const row = await database.row<{ seq: number }>({
      name: 'audit.first',
      text: `SELECT seq FROM audit_outbox
        WHERE bucket = $1 AND node_id = $2 ORDER BY seq LIMIT 1`,
      values: [this.#bucket, this.#nodeId],
    })
    return row?.seq
  }
}

const insertMany = `INSERT INTO audit_outbox (bucket, node_id, seq, at, entry, previous, mac)
  SELECT $1::smallint, $2::text, seq, at, entry, previous, mac
  FROM unnest($3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[]) AS link (seq, at, entry, previous, mac)`

/** Every chain there is, by a walk over the first entry of each: nothing else is read. */
const chains = `WITH RECURSIVE chain AS (
  (SELECT bucket, node_id FROM audit_outbox ORDER BY bucket, node_id LIMIT 1)
  UNION ALL
  SELECT next.bucket, next.node_id FROM chain CROSS JOIN LATERAL (
    SELECT bucket, node_id FROM audit_outbox
    WHERE (audit_outbox.bucket, audit_outbox.node_id) > (chain.bucket, chain.node_id)
    ORDER BY bucket, node_id LIMIT 1) AS next
)`

export async function listNodes(db: Db): Promise<readonly string[]> {
  const rows = await db.rows<{ node_id: string }>({
    name: 'audit.nodes',
    text: `${chains} SELECT node_id FROM chain`,
  })
  return rows.map((row) => row.node_id)
}

/** Where every chain stands: `node number MAC`, by node. */
export async function listHeads(db: Db): Promise<readonly string[]> {
  const rows = await db.rows<{ node_id: string; seq: number; mac: Buffer }>({
    name: 'audit.heads',
    text: `${chains} SELECT head.node_id, head.seq, head.mac
      FROM chain CROSS JOIN LATERAL (
        SELECT node_id, seq, mac FROM audit_outbox
        WHERE bucket = chain.bucket AND node_id = chain.node_id
        ORDER BY seq DESC LIMIT 1) AS head
      ORDER BY head.node_id`,
  })
  return rows.map(({ node_id: node, seq, mac }) => `${node} ${seq} ${mac.toString('hex')}`)
}

/** The newest entries of all nodes, newest first. */
export async function listNewest(db: Db, limit: number): Promise<readonly OutboxRow[]> {
  return db.rows<OutboxRow>({
    name: 'audit.newest',
    text: `${chains}
      SELECT newest.node_id, newest.seq, newest.at, newest.entry, newest.previous, newest.mac
      FROM chain CROSS JOIN LATERAL (
        SELECT node_id, seq, at, entry, previous, mac FROM audit_outbox
        WHERE bucket = chain.bucket AND node_id = chain.node_id
        ORDER BY seq DESC LIMIT $1) AS newest
      ORDER BY newest.at DESC, newest.seq DESC LIMIT $1`,
    values: [limit],
  })
}

export async function findRow(db: Db, nodeId: string, seq: number): Promise<OutboxRow | undefined> {
  return db.row<OutboxRow>({
    name: 'audit.find',
    text: `SELECT node_id, seq, at, entry, previous, mac FROM audit_outbox
      WHERE bucket = $1 AND node_id = $2 AND seq = $3`,
    values: [bucketOf(nodeId), nodeId, seq],
  })
}

/** Entries of one node after a number, in order. */
export async function listAfter(
  db: Db,
  nodeId: string,
  seq: number,
  limit: number,
): Promise<readonly OutboxRow[]> {
  return db.rows<OutboxRow>({
    name: 'audit.after',
    text: `SELECT node_id, seq, at, entry, previous, mac FROM audit_outbox
      WHERE bucket = $1 AND node_id = $2 AND seq > $3 ORDER BY seq LIMIT $4`,
    values: [bucketOf(nodeId), nodeId, seq, limit],
  })
}
