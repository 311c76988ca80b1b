/**
 * Migrations are numbered, immutable SQL files, each applied in its own transaction under one
 * advisory lock, so that two nodes that start together do not meet.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { platformRole } from './database.ts'
import type { Database, Tx } from './types.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly digest: string
}

const folder = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** PostgreSQL 15 is the oldest that is tested. */
const serverVersionMin = 150_000

/** A fault of the database that an operator must mend; the message is for him. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

export function readMigrations(path = folder): readonly Migration[] {
  return readdirSync(path)
    .filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file))
    .toSorted()
    .map((file) => {
      const sql = readFileSync(join(path, file), 'utf8')
      const digest = createHash('sha256').update(sql).digest('hex')
      return { number: Number(file.slice(0, 4)), name: file.slice(5, -4), sql, digest }
    })
}

/** @returns the names applied now, in order. `database` must be the owner's. */
export async function migrate(
  database: Database,
  migrations: readonly Migration[] = readMigrations(),
): Promise<readonly string[]> {
  return database.transaction(async (tx) => {
    await requireVersion(tx)
    await tx.execute({ text: `SELECT pg_advisory_xact_lock(hashtext('tamar.migrate'))` })
    // Only the first start makes it: a login without DDL rights finds everything done.
    const found = await tx.row<{ has: boolean }>({
      text: `SELECT to_regclass('migration') IS NOT NULL AS has`,
    })
    if (found?.has !== true) await tx.execute({ text: ledger })
    const done = await appliedMigrations(tx)
    const applied: string[] = []
    for (const migration of migrations) {
      const digest = done.get(migration.number)
      if (digest === migration.digest) continue
      if (digest !== undefined)
        throw new MigrationError(
          `Migration ${migration.number} (${migration.name}) was applied with other content. ` +
            'Run the release that made this database, then upgrade from it.',
        )
      await apply(tx, migration)
      applied.push(migration.name)
    }
    if (applied.length > 0) await grant(tx)
    return applied
  })
}

const ledger = `CREATE TABLE migration (
  number integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL);
  COMMENT ON TABLE migration IS 'class: reference; the migrations applied to this database'`

async function requireVersion(tx: Tx): Promise<void> {
  const row = await tx.row<{ version: string }>({
    text: `SELECT current_setting('server_version_num') AS version`,
  })
  if (Number(row?.version ?? 0) < serverVersionMin)
    throw new MigrationError('The database is older than PostgreSQL 15. Upgrade it first.')
}

async function appliedMigrations(tx: Tx): Promise<ReadonlyMap<number, string>> {
  const rows = await tx.rows<{ number: number; digest: string }>({
    text: 'SELECT number, digest FROM migration',
  })
  return new Map(rows.map((row) => [row.number, row.digest]))
}

async function apply(tx: Tx, migration: Migration): Promise<void> {
  try {
    await tx.execute({ text: migration.sql })
  } catch (error) {
    throw new MigrationError(`Migration ${migration.number} (${migration.name}) failed.`, {
      cause: error,
    })
  }
  await tx.execute({
    text: 'INSERT INTO migration (number, name, digest) VALUES ($1, $2, $3)',
    values: [migration.number, migration.name, migration.digest],
  })
}

/** The platform's role may read and write rows, never TRUNCATE, DROP or alter. */
async function grant(tx: Tx): Promise<void> {
  await tx.execute({ text: `GRANT USAGE ON SCHEMA public TO ${platformRole}` })
  await tx.execute({
    text: `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${platformRole}`,
  })
  await tx.execute({
    text: `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${platformRole}`,
  })
  await tx.execute({ text: `REVOKE INSERT, UPDATE, DELETE ON migration FROM ${platformRole}` })
  const insertOnly = await tx.rows<{ name: string }>({
    text: `SELECT quote_ident(relname) AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND obj_description(oid, 'pg_class') LIKE '%insert-only%'`,
  })
  for (const { name } of insertOnly)
    await tx.execute({ text: `REVOKE UPDATE, DELETE ON ${name} FROM ${platformRole}` })
}
