/**
 * `tamar backup`: every table in one snapshot, then every object, into one sealed file. The platform
 * may run meanwhile: objects are durable before the rows that name them, and are listed after the
 * snapshot was taken, so whatever a row of it names is there. Architecture D12.
 */
import { createHash } from 'node:crypto'
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { newId } from '../base/id.ts'
import type { Db, Tx } from '../db/types.ts'
import { backUpObjects } from './backup-objects.ts'
import { frameKey, makeBackupKey } from './backup-key.ts'
import { listMigrations, listSequences, listTables, type Table } from './catalogue.ts'
import { codeOf, fileFault } from './file-fault.ts'
import { FrameWriter } from './frame-writer.ts'
import { formatHead } from './header.ts'
import { MissingObjects } from './missing-objects.ts'
import { readTable } from './read-table.ts'
import { writeRecord } from './records.ts'
import { encodeRows } from './rows.ts'
import {
  RecoveryFault,
  type BackupHeader,
  type BackupOptions,
  type BackupResult,
  type Manifest,
  type TableCount,
} from './types.ts'

/** The target is there whole or not at all. @throws RecoveryFault for what an operator can mend. */
export async function backupPlatform(options: BackupOptions): Promise<BackupResult> {
  const { target } = options
  const partial = `${target}.partial`
  await requireAbsent(target)
  let file: FileHandle
  try {
    file = await open(partial, 'wx', 0o600)
  } catch (error) {
    throw fileFault(error, partial)
  }
  try {
    const result = await writeBackup(options, file)
    await file.sync()
    await file.close()
    await rename(partial, target)
    await syncFolder(dirname(target))
    return result
  } catch (error) {
    await file.close()
    await rm(partial, { force: true })
    throw fileFault(error, partial)
  }
}

async function requireAbsent(target: string): Promise<void> {
  try {
    await stat(target)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw fileFault(error, target)
  }
  throw new RecoveryFault(`${basename(target)} is there already; it is left as it is.`)
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}

async function writeBackup(options: BackupOptions, file: FileHandle): Promise<BackupResult> {
  const { database, master, clock, objects } = options
  const backupId = newId(clock)
  const key = await makeBackupKey(master, backupId)
  const missing = new MissingObjects(objects)
  const { header, frames, tables, sequences } = await database.transaction(async (tx) => {
    await tx.execute({ text: 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY' })
    const header: BackupHeader = {
      backupId,
      ...(await describePlatform(tx)),
      takenAt: clock.now(),
      masterId: master.id,
      wrappedKey: key.wrapped.toString('base64'),
    }
    const head = formatHead(header)
    await file.writeFile(head)
    const seal = frameKey(key.secret, head, backupId)
    const frames = new FrameWriter({ file, key: seal, backupId })
    const tables = await backUpTables(tx, frames, { ...options, missing })
    return { header, frames, tables, sequences: await listSequences(tx) }
  })
  // The snapshot is given back before the long part: it keeps PostgreSQL from tidying up.
  const copied = await backUpObjects(frames, options)
  const manifest: Manifest = { tables, sequences, objects: copied }
  await writeRecord(frames, 'manifest', Buffer.from(JSON.stringify(manifest)))
  await frames.finish()
  const { size: octets } = await file.stat()
  return { header, manifest, octets, missingObjects: missing.count }
}

async function describePlatform(tx: Db): Promise<Pick<BackupHeader, 'platformId' | 'migrations'>> {
  const migrations = await listMigrations(tx)
  // The pepper never rotates, so the id of its key is the platform's for good.
  const platform =
    migrations &&
    (await tx.row<{ id: string }>({
      text: `SELECT encode(key_id, 'hex') AS id FROM platform_key
        WHERE purpose = 'pepper' ORDER BY generation LIMIT 1`,
    }))
  if (platform === undefined)
    throw new RecoveryFault('There is no platform in this database, so nothing to back up.')
  return { platformId: platform.id, migrations: migrations ?? [] }
}

interface TablesGround extends Pick<BackupOptions, 'onProgress'> {
  readonly missing: MissingObjects
}

async function backUpTables(
  tx: Tx,
  frames: FrameWriter,
  ground: TablesGround,
): Promise<readonly TableCount[]> {
  const counts: TableCount[] = []
  for (const table of await listTables(tx))
    counts.push(await backUpTable(tx, table, frames, ground))
  return counts
}

async function backUpTable(
  tx: Tx,
  table: Table,
  frames: FrameWriter,
  { missing, onProgress }: TablesGround,
): Promise<TableCount> {
  const { name } = table
  const columns = table.columns.map((column) => column.name)
  await writeRecord(frames, 'table', Buffer.from(JSON.stringify({ name, columns })))
  const digest = createHash('sha256')
  let rows = 0
  for await (const batch of readTable(tx, table)) {
    const octets = encodeRows(batch)
    digest.update(octets)
    await writeRecord(frames, 'rows', octets)
    await missing.look(table, batch)
    rows += batch.length
    onProgress?.(`rows of ${name}`, rows, undefined)
  }
  return { name, rows, sha256: digest.digest('hex') }
}
