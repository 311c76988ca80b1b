/** Counts of what happened with other domains, by day: sealed, found by keyed hashes. */
import { dayMs, type Millis } from '../base/clock.ts'
import type { Database, Tx } from '../db/types.ts'
import type { HashingSealer, Place } from '../keys/types.ts'
import { buckets } from './limits.ts'

export interface CountParts {
  readonly database: Database
  readonly keys: HashingSealer
}

export type ReportKind = 'tls' | 'dmarc'

export interface Counted {
  /** Days since 1970, UTC. */
  readonly day: number
  /** Whom it is told. */
  readonly domain: string
  /** What is counted together, as text. Stored sealed. */
  readonly what: string
  readonly count: number
}

export function dayOf(at: Millis): number {
  return Math.floor(at / dayMs)
}

/** Adds to what other nodes and earlier minutes counted. */
export async function addCounts(
  { database, keys }: CountParts,
  kind: ReportKind,
  counted: readonly Counted[],
): Promise<void> {
  if (counted.length === 0) return
  const rows = counted
    .map(({ day, domain, what, count }) => {
      const domainKey = domainKeyOf(keys, kind, domain)
      const key = keys.hash('report.what', `${domain} ${what}`)
      const sealed = keys.seal(placeOf(key), Buffer.from(JSON.stringify({ domain, what })))
      return { bucket: bucketOf(domainKey), day, domainKey, key, sealed, count }
    })
    // In one order on every node, so that two of them do not wait for each other.
    .toSorted((a, b) => a.bucket - b.bucket || Buffer.compare(a.key, b.key) || a.day - b.day)
  await database.single({
    name: 'report.add-counts',
    text: `INSERT INTO report_count (bucket, day, kind, domain_key, key, sealed, count)
      SELECT bucket, day, $1, domain_key, key, sealed, count
      FROM unnest($2::smallint[], $3::integer[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bigint[])
        AS n (bucket, day, domain_key, key, sealed, count)
      ON CONFLICT (bucket, kind, day, domain_key, key)
        DO UPDATE SET count = report_count.count + EXCLUDED.count`,
    values: [
      kind,
      rows.map(({ bucket }) => bucket),
      rows.map(({ day }) => day),
      rows.map(({ domainKey }) => domainKey),
      rows.map(({ key }) => key),
      rows.map(({ sealed }) => sealed),
      rows.map(({ count }) => count),
    ],
  })
}

/** One domain and one day that is to be reported. */
export interface Waiting {
  readonly bucket: number
  readonly day: number
  readonly domainKey: Buffer
}

/** Days before `day`, the oldest first. */
export async function waitingBefore(
  { database }: Pick<CountParts, 'database'>,
  kind: ReportKind,
  day: number,
): Promise<readonly Waiting[]> {
  const rows = await database.rows<{ bucket: number; day: number; domain_key: Buffer }>({
    name: 'report.waiting',
    text: `SELECT DISTINCT bucket, day, domain_key FROM report_count
      WHERE kind = $1 AND day < $2 AND bucket BETWEEN 0 AND $3 ORDER BY day, bucket, domain_key`,
    values: [kind, day, buckets - 1],
  })
  return rows.map(({ domain_key: domainKey, ...rest }) => ({ ...rest, domainKey }))
}

/** The most frequent first. */
export async function readCounts(
  { database, keys }: CountParts,
  kind: ReportKind,
  { bucket, day, domainKey }: Waiting,
): Promise<readonly Counted[]> {
  const rows = await database.rows<{ key: Buffer; sealed: Buffer; count: number }>({
    name: 'report.read-counts',
    text: `SELECT key, sealed, count FROM report_count
      WHERE bucket = $1 AND kind = $2 AND day = $3 AND domain_key = $4 ORDER BY count DESC, key`,
    values: [bucket, kind, day, domainKey],
  })
  return rows.map(({ key, sealed, count }) => {
    // `addCounts` sealed it, and it opens at no other place.
    const opened = JSON.parse(keys.open(placeOf(key), sealed).toString()) as Opened
    return { ...opened, day, count }
  })
}

interface Opened {
  readonly domain: string
  readonly what: string
}

/** @returns false: another node was quicker. */
export async function takeCounts(
  tx: Tx,
  kind: ReportKind,
  { bucket, day, domainKey }: Waiting,
): Promise<boolean> {
  const gone = await tx.rows({
    name: 'report.take-counts',
    text: `DELETE FROM report_count
      WHERE bucket = $1 AND kind = $2 AND day = $3 AND domain_key = $4 RETURNING key`,
    values: [bucket, kind, day, domainKey],
  })
  return gone.length > 0
}

/** What was never told: sending was turned off since. */
export async function forgetCounts(database: Database, beforeDay: number): Promise<void> {
  await database.single({
    name: 'report.forget-counts',
    text: 'DELETE FROM report_count WHERE bucket BETWEEN 0 AND $1 AND day < $2',
    values: [buckets - 1, beforeDay],
  })
}

function domainKeyOf(keys: HashingSealer, kind: ReportKind, domain: string): Buffer {
  return keys.hash('report.domain', `${kind} ${domain}`)
}

function bucketOf(domainKey: Buffer): number {
  return domainKey.readUInt8(0) % buckets
}

function placeOf(key: Buffer): Place {
  return { object: key.toString('hex'), field: 'report.count' }
}
