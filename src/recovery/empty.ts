/** What a database must be to be restored into: empty, and not ahead of the backup. */
import type { Migration } from '../db/migrate.ts'
import type { Db, Tx } from '../db/types.ts'
import { listMigrations, listTables, quote } from './catalogue.ts'
import { RecoveryFault, type BackupHeader } from './types.ts'

/** Tables that migrations put rows into; in a platform's backup are rows of its own. */
export const seededTables = ['reference_head'] as const

/** Those of this release that made the database of the backup. @throws RecoveryFault */
export function chooseMigrations(
  header: BackupHeader,
  ours: readonly Migration[],
): readonly Migration[] {
  const known = new Map(ours.map((migration) => [migration.number, migration]))
  return header.migrations.map(({ number, name, digest }) => {
    const migration = known.get(number)
    if (migration?.digest !== digest)
      throw new RecoveryFault(
        `The backup needs migration ${number} (${name}), which this release does not have. ` +
          'Restore with the release that made the backup, or a newer one.',
      )
    return migration
  })
}

/** @throws RecoveryFault when there is anything in it, or it was made by a newer release. */
export async function requireEmpty(db: Db, migrations: readonly Migration[]): Promise<void> {
  const applied = await listMigrations(db)
  const tables = await listTables(db)
  if (applied === undefined && tables.length > 0) throw notEmpty(tables[0]?.name)
  const wanted = new Set(migrations.map(({ number }) => number))
  const ahead = applied?.find(({ number }) => !wanted.has(number))
  if (ahead !== undefined)
    throw new RecoveryFault(
      `The database is ahead of the backup (migration ${ahead.number}). Restore into a new one.`,
    )
  const seeded: ReadonlySet<string> = new Set(seededTables)
  for (const { name } of tables) {
    if (seeded.has(name)) continue
    const row = await db.row({ text: `SELECT 1 AS one FROM ${quote(name)} LIMIT 1` })
    if (row !== undefined) throw notEmpty(name)
  }
}

/** The lock that a starting node takes to migrate, until the transaction ends. */
export async function lockMigrations(tx: Tx): Promise<void> {
  await tx.execute({ text: `SELECT pg_advisory_xact_lock(hashtext('tamar.migrate'))` })
}

function notEmpty(table: string | undefined): RecoveryFault {
  return new RecoveryFault(
    `The database is not empty (table ${table}); nothing was changed. Restore into an empty one.`,
  )
}
