/** Reports of others as rows: sealed, found by keyed hashes and by day; each is there once. */
import { hash } from 'node:crypto'
import type { Database } from '../../db/types.ts'
import type { HashingSealer, Place } from '../../keys/types.ts'
import { buckets, pageRows } from './limits.ts'
import { storedReportSchema, type ReportKind, type StoredReport } from './types.ts'

export interface ReceivedRowParts {
  readonly database: Database
  readonly keys: HashingSealer
}

export interface NewReport {
  readonly stored: StoredReport
  readonly reportId: string
  /** Of the last moment it tells of, and of when it came: days since 1970, UTC. */
  readonly day: number
  readonly receivedDay: number
}

/** How many came on a day: of everybody, and of this reporter. */
export async function countReceived(
  { database, keys }: ReceivedRowParts,
  kind: ReportKind,
  { receivedDay, reporter }: { readonly receivedDay: number; readonly reporter: string },
): Promise<{ readonly all: number; readonly ofReporter: number }> {
  const row = await database.row<{ all: number; of_reporter: number }>({
    name: 'report.count-received',
    text: `SELECT count(*)::integer AS all,
        (count(*) FILTER (WHERE reporter_key = $3))::integer AS of_reporter
      FROM received_report WHERE kind = $1 AND received_day = $2`,
    values: [kind, receivedDay, reporterKeyOf(keys, reporter)],
  })
  return { all: row?.all ?? 0, ofReporter: row?.of_reporter ?? 0 }
}

/** What is there already stays as it is. */
export async function keepReport(
  { database, keys }: ReceivedRowParts,
  { stored, reportId, day, receivedDay }: NewReport,
): Promise<void> {
  const { kind, domain, reporter, organization, from, lines } = stored
  // Where nobody vouches for it whoever names another's report must not keep the true one out.
  const what = reporter === '' ? hash('sha256', JSON.stringify(lines)) : ''
  const sameness = JSON.stringify([kind, reporter, organization, domain, from, reportId, what])
  const key = keys.hash('report.received', sameness)
  const sealed = keys.seal(placeOf(key), Buffer.from(JSON.stringify(stored)))
  await database.single({
    name: 'report.keep-received',
    text: `INSERT INTO received_report
        (bucket, key, kind, day, received_day, domain_key, reporter_key, sealed)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (bucket, key) DO NOTHING`,
    values: [
      key.readUInt8(0) % buckets,
      key,
      kind,
      day,
      receivedDay,
      keys.hash('report.received-domain', domain),
      reporterKeyOf(keys, reporter),
      sealed,
    ],
  })
}

export interface ReportSpan {
  readonly kind: ReportKind
  /** Days since 1970, UTC, inclusive. */
  readonly since: number
  readonly domain: string | undefined
}

/** The newest first, a page at a time. */
export async function* readReceived(
  { database, keys }: ReceivedRowParts,
  { kind, since, domain }: ReportSpan,
): AsyncGenerator<readonly StoredReport[]> {
  const domainKey = domain === undefined ? null : keys.hash('report.received-domain', domain)
  let after: Row = {
    day: 2 ** 31 - 1,
    bucket: buckets,
    key: Buffer.alloc(0),
    sealed: Buffer.alloc(0),
  }
  for (;;) {
    const rows = await database.rows<Row>({
      name: 'report.read-received',
      text: `SELECT day, bucket, key, sealed FROM received_report
        WHERE kind = $1 AND day >= $2 AND ($3::bytea IS NULL OR domain_key = $3)
          AND (day, bucket, key) < ($4, $5, $6)
        ORDER BY day DESC, bucket DESC, key DESC LIMIT $7`,
      values: [kind, since, domainKey, after.day, after.bucket, after.key, pageRows],
    })
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(({ key, sealed }) =>
      storedReportSchema.parse(JSON.parse(keys.open(placeOf(key), sealed).toString())),
    )
    after = last
  }
}

interface Row {
  readonly day: number
  readonly bucket: number
  readonly key: Buffer
  readonly sealed: Buffer
}

export async function expireReceived(database: Database, beforeDay: number): Promise<void> {
  await database.single({
    name: 'report.expire-received',
    text: 'DELETE FROM received_report WHERE bucket BETWEEN 0 AND $1 AND day < $2',
    values: [buckets - 1, beforeDay],
  })
}

function reporterKeyOf(keys: HashingSealer, reporter: string): Buffer {
  return keys.hash('report.reporter', reporter)
}

function placeOf(key: Buffer): Place {
  return { object: key.toString('hex'), field: 'report.received' }
}
