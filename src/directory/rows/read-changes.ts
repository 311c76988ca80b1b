/** Reads what changed in a feed since a version: all its tables in one statement, so of one moment. */
import type { Db } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import type { Alarm } from '../types.ts'
import { openRow, type OpenedRow, type StoredRow } from './sealed-row.ts'

export interface Feed {
  readonly name: 'directory' | 'credential'
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

export async function readChanges(
  db: Db,
  keys: Pick<Keys, 'directory' | 'authority'>,
  feed: Feed,
  after: number,
): Promise<readonly Change[]> {
  const rows = await db.rows<StoredRow & { readonly noun: string }>({
    name: `directory.readChanges.${feed.name}`,
    text: feed.tables.map(selectOf).join(' UNION ALL '),
    values: [after],
  })
  return rows.map((row) => ({
    table: row.noun,
    id: row.id,
    version: row.version,
    row: openRow(keys, row.noun, row),
  }))
}

// Table names are our own constants, never input.
function selectOf(table: string): string {
  return `SELECT '${table}' AS noun, id, department_id, parent_id, account_id, state, version,
    lookup, sealed, mac FROM ${table} WHERE version > $1`
}

export function alarmOf(change: Change): Alarm {
  return { what: 'row-does-not-verify', table: change.table, rowId: change.id }
}
