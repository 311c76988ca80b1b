/**
 * Writes rows of a feed. Every write and every read that leads to one holds the row lock of the
 * feed's head: writers come one after the other, versions appear in the order of their numbers, and
 * what was read is still true when it is written.
 */
import type { Tx } from '../../db/types.ts'
import type { Keys } from '../../keys/types.ts'
import { rowsPerInsert } from '../limits.ts'
import { addRow, openSum, sealSum } from './feed-sum.ts'
import { openRow, sealRow, type OpenedRow, type RowDraft, type StoredRow } from './sealed-row.ts'

export type FeedName = 'directory' | 'credential' | 'approval'
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
    const head = await lockHead(shelf)
    const rows = some.map((draft, n) => sealRow(keys, table, draft, head.version + 1 + n))
    for (const row of rows) addRow(head.sum, keys, table, row)
    await tx.execute({
      name: `directory.insert.${table}`,
      text: `INSERT INTO ${table} (id, department_id, parent_id, account_id, state, version,
          lookup, sealed, mac)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[],
          $6::bigint[], $7::bytea[], $8::bytea[], $9::bytea[])`,
      values: columnsOf(rows),
    })
    await advanceHead(shelf, { ...head, version: head.version + some.length })
  }
}

export async function updateRow<C>(shelf: Shelf, draft: RowDraft<C>): Promise<void> {
  const { tx, keys, table } = shelf
  const head = await lockHead(shelf)
  const before = await tx.row<{ version: number; mac: Buffer }>({
    name: `directory.before.${table}`,
    text: `SELECT version, mac FROM ${table} WHERE id = $1`,
    values: [draft.id],
  })
  if (before === undefined) throw new Error(`${table} has no row to change`)
  const row = sealRow(keys, table, draft, head.version + 1)
  addRow(head.sum, keys, table, { ...before, id: draft.id })
  addRow(head.sum, keys, table, row)
  await tx.execute({
    name: `directory.update.${table}`,
    text: `UPDATE ${table} SET department_id = $2, parent_id = $3, account_id = $4, state = $5,
        version = $6, lookup = $7, sealed = $8, mac = $9 WHERE id = $1`,
    values: columnsOf([row]).map((column) => column[0]),
  })
  await advanceHead(shelf, { ...head, version: row.version })
}

/** Rows that verify, in the order in which they were made; tombstones are left out. */
export async function readRows<C>(
  shelf: Shelf,
  by: 'id' | 'lookup' | 'parent_id' | 'account_id',
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

/** Other writers of the feed wait until the end of the transaction. @returns its last version. */
export async function lockFeed(shelf: Shelf): Promise<number> {
  return (await lockHead(shelf)).version
}

interface Head {
  readonly version: number
  readonly sum: Buffer
}

async function lockHead(shelf: Shelf): Promise<Head> {
  const { tx, keys, feed } = shelf
  const row = await tx.row<{ version: number; sealed: Buffer | null }>({
    name: 'directory.lockHead',
    text: 'SELECT version, sealed FROM reference_head WHERE feed = $1 FOR UPDATE',
    values: [feed],
  })
  const sum = row && openSum(keys, feed, row.version, row.sealed)
  // To write on would hide what somebody did to the feed.
  if (row === undefined || sum === undefined) throw new Error(`The head of ${feed} is not ours`)
  return { version: row.version, sum }
}

/** The notice goes out with the commit, once. */
async function advanceHead({ tx, keys, feed }: Shelf, head: Head): Promise<void> {
  await tx.rows({
    name: 'directory.advanceHead',
    text: `UPDATE reference_head SET version = $2, sealed = $3 WHERE feed = $1
      RETURNING pg_notify($1, '')::text`,
    values: [feed, head.version, sealSum(keys, feed, head.version, head.sum)],
  })
}

/** In the order of the columns of both statements. */
function columnsOf(rows: readonly StoredRow[]): readonly (readonly unknown[])[] {
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
