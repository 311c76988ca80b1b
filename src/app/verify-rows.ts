/**
 * Every row that is believed only with its MAC, looked at as `tamar verify` does: all tables that have
 * one, deleted rows too. Which tables there are is read from the catalogue, so that one nobody looks
 * at is a fault by itself. Architecture D3.
 */
import { approvalFeed } from '../approval/rows.ts'
import type { Db } from '../db/types.ts'
import { directoryNouns } from '../directory/rows/nouns.ts'
import { readWhole, type Feed } from '../directory/rows/read-changes.ts'
import { openRow, type StoredRow } from '../directory/rows/sealed-row.ts'
import type { Keys, MacColumn } from '../keys/types.ts'

/** Tables with a shape of their own: what names a row, and what its MAC is over. */
interface OwnTable {
  readonly key: readonly string[]
  readonly columns: readonly string[]
}

const own: Readonly<Record<string, OwnTable>> = {
  platform_state: { key: ['version'], columns: ['version', 'state', 'changed_at', 'statement'] },
  founder: {
    key: ['seat'],
    columns: [
      'seat',
      'sign_in_lookup',
      'name_lookup',
      'sealed',
      'public_key',
      'sealed_private_key',
      'enrolled_at',
      'signature',
      'signed_at',
    ],
  },
  approval_use: { key: ['approval_id'], columns: ['approval_id', 'used_at'] },
  admin_session: {
    key: ['bucket', 'key'],
    columns: ['key', 'id', 'person_id', 'sealed', 'used_at', 'expires_at'],
  },
  oauth_token: {
    key: ['bucket', 'key'],
    columns: ['key', 'program_id', 'kind', 'sealed', 'expires_at', 'spent_at'],
  },
  sign_in_step: { key: ['bucket', 'key'], columns: ['key', 'sealed', 'expires_at'] },
  factor_use: { key: ['bucket', 'credential_id'], columns: ['credential_id', 'last'] },
  web_session: {
    key: ['bucket', 'key'],
    columns: ['key', 'id', 'person_id', 'sealed', 'used_at', 'expires_at'],
  },
  push_subscription: {
    key: ['bucket', 'id'],
    columns: ['id', 'person_id', 'sealed', 'expires_at', 'version'],
  },
  ledger: { key: ['account_id', 'seq'], columns: ['account_id', 'seq', 'at', 'sealed'] },
}

const feeds = [
  { name: 'directory', tables: directoryNouns },
  { name: 'credential', tables: ['credential'] },
  approvalFeed,
] as const satisfies readonly Feed[]

/** Chains are followed from entry to entry: see `verify-chain.ts`. */
const chained: ReadonlySet<string> = new Set(['audit_outbox'])

/** Rows read at once. */
const rowsBatch = 1_000

/** A sentence for each false row, each feed that does not add up, each table nobody looks at. */
export async function* findFalseRows(db: Db, keys: Keys): AsyncGenerator<string> {
  for (const { table, isFeed } of await listMacTables(db)) {
    if (isFeed) yield* falseRowsOfFeed(db, keys, table)
    else if (own[table] !== undefined) yield* falseRowsOf(db, keys, table, own[table])
    else if (!chained.has(table)) yield `Table ${table} has a MAC that nobody looks at.`
  }
  for (const feed of feeds)
    if (!(await readWhole(db, keys, feed)).addsUp)
      yield `Rows of the ${feed.name} were put back to what they once were, or taken away.`
  yield* gapsOfLedger(db)
}

function sentenceOf(table: string, id: string): string {
  return `Row ${id} of ${table} does not carry its MAC.`
}

interface MacTable {
  readonly table: string
  /** It has the columns that every table of a feed has. */
  readonly isFeed: boolean
}

const feedColumns = ['id', 'department_id', 'parent_id', 'account_id', 'state', 'version', 'sealed']

export async function listMacTables(db: Db): Promise<readonly MacTable[]> {
  const rows = await db.rows<{ table_name: string; is_feed: boolean }>({
    // Partitions are their table's.
    text: `SELECT c.relname::text AS table_name,
        count(*) FILTER (WHERE a.attname = ANY($1::text[])) = $2 AS is_feed
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT c.relispartition
      GROUP BY c.relname HAVING bool_or(a.attname = 'mac') ORDER BY c.relname`,
    values: [feedColumns, feedColumns.length],
  })
  return rows.map((row) => ({ table: row.table_name, isFeed: row.is_feed }))
}

async function* falseRowsOfFeed(db: Db, keys: Keys, table: string): AsyncGenerator<string> {
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await db.rows<StoredRow>({
      // The name is the catalogue's own.
      text: `SELECT id, department_id, parent_id, account_id, state, version, lookup, sealed, mac
        FROM ${table} WHERE id > $1 ORDER BY id LIMIT ${rowsBatch}`,
      values: [after],
    })
    for (const row of rows)
      if (openRow(keys, table, row) === undefined) yield sentenceOf(table, row.id)
    const last = rows.at(-1)
    if (last === undefined || rows.length < rowsBatch) return
    after = last.id
  }
}

async function* falseRowsOf(
  db: Db,
  keys: Keys,
  table: string,
  { key, columns }: OwnTable,
): AsyncGenerator<string> {
  const wanted = [...new Set([...key, ...columns, 'mac'])].join(', ')
  let after: readonly MacColumn[] | undefined
  for (;;) {
    const beyond = `WHERE (${key.join(', ')}) > (${key.map((_, at) => `$${at + 1}`).join(', ')})`
    const rows = await db.rows<Record<string, MacColumn>>({
      text: `SELECT ${wanted} FROM ${table} ${after === undefined ? '' : beyond}
        ORDER BY ${key.join(', ')} LIMIT ${rowsBatch}`,
      values: after ?? [],
    })
    for (const row of rows)
      if (!isTrue(keys, table, row, columns)) yield sentenceOf(table, nameOf(row, key))
    const last = rows.at(-1)
    if (last === undefined || rows.length < rowsBatch) return
    after = valuesOf(last, key)
  }
}

function nameOf(row: AnyRow, key: readonly string[]): string {
  const words = valuesOf(row, key).map((value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value),
  )
  return words.join(' ')
}

type AnyRow = Readonly<Record<string, MacColumn>>

function isTrue(keys: Keys, table: string, row: AnyRow, columns: readonly string[]): boolean {
  const mac = row['mac']
  return mac instanceof Uint8Array && keys.authority.verify(table, valuesOf(row, columns), mac)
}

function valuesOf(row: AnyRow, columns: readonly string[]): readonly MacColumn[] {
  return columns.map((column) => row[column] ?? null)
}

/** Numbers of an account's ledger have no gap: a row taken away shows, but for the newest. */
async function* gapsOfLedger(db: Db): AsyncGenerator<string> {
  const rows = await db.rows<{ account_id: string }>({
    text: `SELECT account_id FROM ledger GROUP BY account_id HAVING count(*) <> max(seq)
      ORDER BY account_id`,
  })
  for (const { account_id: account } of rows) yield `The ledger of account ${account} has a gap.`
}
