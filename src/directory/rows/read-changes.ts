/** Reads what changed in a feed since a version: all its tables in one statement, so of one moment. */
import type { Db } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import type { Alarm } from '../types.ts'
import { addRow, emptySum, openSum } from './feed-sum.ts'
import { openRow, type OpenedRow, type StoredRow } from './sealed-row.ts'

export interface Feed {
  readonly name: 'directory' | 'credential' | 'approval'
  readonly tables: readonly string[]
}

export interface Change {
  readonly table: string
  readonly id: string
  /** Undefined: the row does not verify and must not be believed. */
  readonly row: OpenedRow<unknown> | undefined
  readonly version: number
}

/** The highest version given; nothing above it need be read. */
export async function readHead(db: Db, feed: Feed): Promise<number> {
  const row = await db.row<{ version: number }>({
    name: 'directory.readHead',
    text: 'SELECT version FROM reference_head WHERE feed = $1',
    values: [feed.name],
  })
  return row?.version ?? 0
}

/** What a node reads when it starts. */
export interface WholeFeed {
  readonly changes: readonly Change[]
  /**
   * False: a row was put back or taken away, though each by itself verifies; which one cannot be
   * told. True also where the sum says that nothing is wrong but rows that do not verify: one that was
   * altered under its MAC, or rows that were only added.
   */
  readonly addsUp: boolean
  /** The last version given. */
  readonly head: number
}

type NounRow = StoredRow & { readonly noun: string }
type RowKeys = Pick<Keys, 'directory' | 'authority'>

export async function readChanges(
  db: Db,
  keys: RowKeys,
  feed: Feed,
  after: number,
): Promise<readonly Change[]> {
  const rows = await db.rows<NounRow>({
    name: `directory.readChanges.${feed.name}`,
    text: feed.tables.map(selectOf).join(' UNION ALL '),
    values: [after],
  })
  return rows.map((row) => changeOf(keys, row))
}

export async function readWhole(db: Db, keys: RowKeys, feed: Feed): Promise<WholeFeed> {
  const head = `SELECT 'head' AS noun, NULL, NULL, NULL, NULL, NULL, version, NULL, sealed, NULL
    FROM reference_head WHERE feed = $2`
  const found = await db.rows<NounRow>({
    name: `directory.readWhole.${feed.name}`,
    text: [...feed.tables.map(selectOf), head].join(' UNION ALL '),
    values: [0, feed.name],
  })
  const rows = found.filter((row) => row.noun !== 'head')
  const changes = rows.map((row) => changeOf(keys, row))
  const last = found.find((row) => row.noun === 'head')
  const kept = last && openSum(keys, feed.name, last.version, last.sealed)
  const isSum = (some: readonly NounRow[]) => kept?.equals(sumOf(keys, some)) ?? false
  const verified = rows.filter((_row, at) => changes[at]?.row !== undefined)
  return {
    changes,
    addsUp: isSum(rows) || (verified.length < rows.length && isSum(verified)),
    head: last?.version ?? 0,
  }
}

function sumOf(keys: RowKeys, rows: readonly NounRow[]): Buffer {
  const sum = emptySum()
  for (const row of rows) addRow(sum, keys, row.noun, row)
  return sum
}

function changeOf(keys: RowKeys, row: NounRow): Change {
  return { table: row.noun, id: row.id, version: row.version, row: openRow(keys, row.noun, row) }
}

// Table names are our own constants, never input.
function selectOf(table: string): string {
  return `SELECT '${table}' AS noun, id, department_id, parent_id, account_id, state, version,
    lookup, sealed, mac FROM ${table} WHERE version > $1`
}

export function alarmOf(change: Change): Alarm {
  return { what: 'row-does-not-verify', table: change.table, rowId: change.id }
}
