/**
 * Writes rows of a feed. Every write and every read that leads to one holds the row lock of the
 * feed's head: writers come one after the other, versions appear in the order of their numbers, and
 * what was read is still true when it is written.
 */
import type { Tx } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { rowsPerInsert } from '../limits.ts'
import { openRow, sealRow, type OpenedRow, type RowDraft, type StoredRow } from './sealed-row.ts'

export type FeedName = 'directory' | 'credential'
type RowKeys = Pick<Keys, 'directory' | 'authority'>

/** Where rows are written: one feed's table. */
export interface Shelf {
  readonly tx: Tx
  readonly keys: RowKeys
  readonly feed: FeedName
  readonly table: string
}

export async function insertRows<C>(shelf: Shelf, drafts: readonly RowDraft<C>[]): Promise<void> {
  const { tx, keys, table } = shelf
  for (let at = 0; at < drafts.length; at += rowsPerInsert) {
    const some = drafts.slice(at, at + rowsPerInsert)
    const last = await advanceHead(shelf, some.length)
    const rows = some.map((draft, n) => sealRow(keys, table, draft, last - some.length + 1 + n))
    await tx.execute({
      name: `directory.insert.${table}`,
      text: `INSERT INTO ${table} (id, department_id, parent_id, account_id, state, version,
          lookup, sealed, mac)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[],
          $6::bigint[], $7::bytea[], $8::bytea[], $9::bytea[])`,
      values: columnsOf(rows),
    })
  }
}

export async function updateRow<C>(shelf: Shelf, draft: RowDraft<C>): Promise<void> {
  const { tx, keys, table } = shelf
  const row = sealRow(keys, table, draft, await advanceHead(shelf, 1))
  await tx.execute({
    name: `directory.update.${table}`,
    text: `UPDATE ${table} SET department_id = $2, parent_id = $3, account_id = $4, state = $5,
        version = $6, lookup = $7, sealed = $8, mac = $9 WHERE id = $1`,
    values: [
      row.id,
      row.department_id,
      row.parent_id,
      row.account_id,
      row.state,
      row.version,
      row.lookup,
      row.sealed,
      row.mac,
    ],
  })
}

/** Rows that verify, in the order in which they were made; tombstones are left out. */
export async function readRows<C>(
  shelf: Shelf,
  by: 'id' | 'lookup' | 'parent_id',
  value: string | Buffer,
): Promise<readonly (OpenedRow<C> & { readonly lookup: Buffer | undefined })[]> {
  const { tx, keys, table } = shelf
  await lockHead(shelf)
  const rows = await tx.rows<StoredRow>({
    name: `directory.read.${table}.${by}`,
    text: `SELECT id, department_id, parent_id, account_id, state, version, lookup, sealed, mac
      FROM ${table} WHERE ${by} = $1 AND state <> 'deleted' ORDER BY id`,
    values: [value],
  })
  return rows.flatMap((row) => {
    const opened = openRow<C>(keys, table, row)
    return opened === undefined ? [] : [{ ...opened, lookup: row.lookup ?? undefined }]
  })
}

/** True when any row has this look-up value, verified or not: it could not be inserted. */
export async function isTaken(shelf: Shelf, lookup: Buffer): Promise<boolean> {
  return (await takenAmong(shelf, [lookup])).size > 0
}

/** Which of the look-up values are taken, as hex. */
export async function takenAmong(
  shelf: Shelf,
  lookups: readonly Buffer[],
): Promise<ReadonlySet<string>> {
  await lockHead(shelf)
  const rows = await shelf.tx.rows<{ lookup: Buffer }>({
    name: `directory.taken.${shelf.table}`,
    text: `SELECT lookup FROM ${shelf.table} WHERE lookup = ANY($1::bytea[])`,
    values: [lookups],
  })
  return new Set(rows.map((row) => row.lookup.toString('hex')))
}

async function lockHead(shelf: Shelf): Promise<void> {
  await shelf.tx.execute({
    name: 'directory.lockHead',
    text: 'SELECT version FROM reference_head WHERE feed = $1 FOR UPDATE',
    values: [shelf.feed],
  })
}

/** @returns the last of `count` new versions. The notice goes out with the commit, once. */
async function advanceHead(shelf: Shelf, count: number): Promise<number> {
  const rows = await shelf.tx.rows<{ version: number }>({
    name: 'directory.advanceHead',
    text: `UPDATE reference_head SET version = version + $2 WHERE feed = $1
      RETURNING version, pg_notify($1, '')::text`,
    values: [shelf.feed, count],
  })
  const head = rows[0]
  if (head === undefined) throw new Error(`reference_head has no feed ${shelf.feed}`)
  return head.version
}

function columnsOf(rows: readonly StoredRow[]): readonly unknown[] {
  return [
    rows.map((row) => row.id),
    rows.map((row) => row.department_id),
    rows.map((row) => row.parent_id),
    rows.map((row) => row.account_id),
    rows.map((row) => row.state),
    rows.map((row) => row.version),
    rows.map((row) => row.lookup),
    rows.map((row) => row.sealed),
    rows.map((row) => row.mac),
  ]
}
