/**
 * `tamar restore`: a backup into an empty database of any version we run on. The file is read twice:
 * first whole, while its objects are written, so that nothing touches the database before everything
 * is known to be genuine; then its rows, in one transaction. Objects of a restoration that failed
 * belong to nobody and are collected later.
 */
import { isDeepStrictEqual } from 'node:util'
import { migrate, readMigrations } from '../db/migrate.ts'
import type { Tx } from '../db/types.ts'
import { openBackup, type BackedUpTable, type BackupFile } from './backup-file.ts'
import { listTables, quote, type Table } from './catalogue.ts'
import { chooseMigrations, lockMigrations, requireEmpty, seededTables } from './empty.ts'
import { renewNumbers } from './renew-numbers.ts'
import { RecoveryFault, type BackupContents, type Manifest, type RestoreOptions } from './types.ts'
import { writeRows } from './write-table.ts'

/** All or nothing. @throws RecoveryFault for what an operator can mend. */
export async function restorePlatform(options: RestoreOptions): Promise<BackupContents> {
  const { database, master, objects, onProgress } = options
  await using backup = await openBackup(options.source, master)
  const migrations = chooseMigrations(backup.header, readMigrations())
  await requireEmpty(database, migrations)
  const visitor = {
    object: (id: string, pieces: AsyncIterable<Buffer>) => objects.put(id, pieces),
  }
  const manifest = await backup.walk(visitor, onProgress)
  await migrate(database, migrations)
  await database.transaction(async (tx) => {
    // A node that starts now waits here, and then finds a platform.
    await lockMigrations(tx)
    await requireEmpty(tx, migrations)
    await loadRows(tx, backup, manifest, options)
    if (options.isContinued !== true) await renewNumbers(tx, options.clock)
  })
  return { header: backup.header, manifest }
}

async function loadRows(
  tx: Tx,
  backup: BackupFile,
  manifest: Manifest,
  { onProgress }: RestoreOptions,
): Promise<void> {
  const known = new Map((await listTables(tx)).map((table) => [table.name, table]))
  for (const name of seededTables) await tx.execute({ text: `DELETE FROM ${quote(name)}` })
  const rows = async (given: BackedUpTable, octets: Buffer) =>
    void (await writeRows(tx, sameTable(known, given), octets))
  const tables = await backup.walkRows({ rows }, onProgress)
  if (!isDeepStrictEqual(tables, manifest.tables))
    throw new RecoveryFault('The backup changed while it was read.')
  for (const { name, value } of manifest.sequences)
    await tx.rows({
      text: `SELECT setval(format('public.%I', $1::text)::regclass, $2)`,
      values: [name, value],
    })
}

/** The same migrations make the same tables; anything else is a fault of ours, not the operator's. */
function sameTable(known: ReadonlyMap<string, Table>, { name, columns }: BackedUpTable): Table {
  const table = known.get(name)
  const names = table?.columns.map((column) => column.name)
  if (table === undefined || !isDeepStrictEqual(names, columns))
    throw new Error(`table ${name} is not as its migrations make it`)
  return table
}
