/**
 * What PostgreSQL itself says of our tables: which there are, in what order they refer to each
 * other, their columns and keys. A table that a migration adds is in the next backup by itself.
 */
import type { Db } from '../db/types.ts'
import type { AppliedMigration } from './types.ts'

export interface Column {
  readonly name: string
  /** As it is written in a cast. */
  readonly type: string
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** Names of the primary key's columns, in its order. */
  readonly key: readonly string[]
}

interface TableRow extends Table {
  readonly refers: readonly string[]
}

/** Every table of ours but the ledger of migrations; those referred to come first. */
export async function listTables(db: Db): Promise<readonly Table[]> {
  return orderTables(await db.rows<TableRow>({ text: tablesSql }))
}

const tablesSql = `
SELECT c.relname AS name,
  (SELECT json_agg(json_build_object('name', a.attname,
      'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '') AS columns,
  coalesce((SELECT json_agg(a.attname ORDER BY k.place)
    FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary), '[]') AS key,
  coalesce((SELECT json_agg(DISTINCT p.relname) FROM pg_constraint f
    JOIN pg_class p ON p.oid = f.confrelid
    WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conparentid = 0), '[]') AS refers
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relname <> 'migration'
ORDER BY c.relname`

/** @throws when tables refer in a circle or have no key: a migration that a backup cannot keep. */
function orderTables(rows: readonly TableRow[]): readonly Table[] {
  const ordered: Table[] = []
  const done = new Set<string>()
  let waiting = rows
  while (waiting.length > 0) {
    const ready = waiting.filter(({ refers }) => refers.every((name) => done.has(name)))
    if (ready.length === 0)
      throw new Error(`tables in a circle: ${waiting.map(({ name }) => name).join(', ')}`)
    for (const { name, columns, key } of ready) {
      if (key.length === 0) throw new Error(`table ${name} has no primary key`)
      ordered.push({ name, columns, key })
      done.add(name)
    }
    waiting = waiting.filter(({ name }) => !done.has(name))
  }
  return ordered
}

/** Sequences that were ever used, with the last value given out. */
export async function listSequences(db: Db): Promise<readonly { name: string; value: number }[]> {
  return db.rows({
    text: `SELECT sequencename AS name, last_value AS value FROM pg_sequences
      WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY sequencename`,
  })
}

/** Undefined when there is no ledger, so no platform. */
export async function listMigrations(db: Db): Promise<readonly AppliedMigration[] | undefined> {
  const ledger = await db.row<{ is_there: boolean }>({
    text: `SELECT to_regclass('public.migration') IS NOT NULL AS is_there`,
  })
  if (ledger?.is_there !== true) return undefined
  return db.rows({ text: 'SELECT number, name, digest FROM migration ORDER BY number' })
}

/** Quoted for use in a statement. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
