/**
 * The node's folder of backups, as the admin API has it: names are the clock's, nobody who asks chooses
 * a path. One drill at a time: each has a PostgreSQL of its own.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backups, BackupFound } from '../admin/backup/port.ts'
import type { OnProgress } from '../admin/progress.ts'
import { Refusal } from '../base/refusal.ts'
import { createDatabase } from '../db/database.ts'
import { backupPlatform } from '../recovery/backup.ts'
import { backupExtension, listBackups, type ListedBackup } from '../recovery/list-backups.ts'
import { RecoveryFault, type BackupContents } from '../recovery/types.ts'
import { verifyBackup } from '../recovery/verify-backup.ts'
import { requireRoom } from './disk-room.ts'
import { runDrill } from './drill.ts'
import type { Platform } from './platform.ts'

/** Left free beside a backup: what the platform grows by while it is made. */
const marginOctets = 256 * 1024 * 1024

type BackupGround = Pick<Platform, 'config' | 'ground' | 'clock'>

export function createBackups(platform: BackupGround): Backups {
  const { config, ground, clock } = platform
  const { master } = ground
  const pathOf = (name: string) => join(config.backups, name)
  let isMaking = false
  let isDrilling = false
  return {
    list: () => said(() => listBackups(config.backups)),
    make: async (told) => {
      if (isMaking) throw new Refusal('too-busy', { message: 'A backup is being made already.' })
      isMaking = true
      try {
        return await said(async () => {
          const at = new Date(clock.now()).toISOString().replaceAll(':', '')
          const name = `${at}${backupExtension}`
          const taken = await makeBackup(platform, pathOf(name), told)
          return foundOf(name, taken, taken.missingObjects)
        })
      } finally {
        isMaking = false
      }
    },
    verify: (name, told) =>
      said(async () => {
        await findBackup(config.backups, name)
        const onProgress = inOctets(told)
        const found = await verifyBackup({ source: pathOf(name), master, onProgress })
        return foundOf(name, found, 0)
      }),
    drill: async (name, told) => {
      if (isDrilling) throw new Refusal('too-busy', { message: 'A drill runs already.' })
      isDrilling = true
      try {
        const backup = await said(() => findBackup(config.backups, name))
        return await said(() =>
          runDrill({ ...platform, backup, source: pathOf(backup.name) }, told),
        )
      } finally {
        isDrilling = false
      }
    },
  }
}

async function makeBackup(
  { config, ground, clock }: BackupGround,
  target: string,
  told: OnProgress,
) {
  const { connection, objects, master } = ground
  await mkdir(config.backups, { recursive: true, mode: 0o700 })
  await requireRoomForNext(config.backups)
  await using database = createDatabase({ ...connection, asOwner: true, connectionsMax: 1 })
  const onProgress = (_what: string, done: number, total = 0) => told(done, total)
  // Awaited here: the connection ends with this function.
  return await backupPlatform({ database, objects, master, clock, target, onProgress })
}

/** For one as large as the newest, and something besides: a full disk is the platform's, too. */
async function requireRoomForNext(folder: string): Promise<void> {
  const [newest] = await listBackups(folder)
  await requireRoom(folder, (newest?.octets ?? 0) + marginOctets, 'A backup')
}

/** The newest that can be read, where none is named. */
async function findBackup(
  folder: string,
  name: string | undefined,
): Promise<ListedBackup & { readonly head: NonNullable<ListedBackup['head']> }> {
  const listed = await listBackups(folder)
  const found = listed.find((one) =>
    name === undefined ? one.head !== undefined : one.name === name,
  )
  if (found === undefined) {
    const message =
      name === undefined
        ? 'There is no backup to try. Make one with: tamar backups make'
        : 'There is no backup of this name: see tamar backups list.'
    throw new Refusal('not-found', { field: 'backup', message })
  }
  const { head } = found
  if (head === undefined)
    throw new Refusal('invalid', { message: `${found.name} is no backup that can be read.` })
  return { ...found, head }
}

function foundOf(
  name: string,
  { header, manifest }: BackupContents,
  missingObjects: number,
): BackupFound {
  const { backupId, takenAt } = header
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  return { name, backupId, takenAt, rows, objects: manifest.objects.count, missingObjects }
}

function inOctets(told: OnProgress) {
  return (_what: string, done: number, total = 0) => told(done, total)
}

/** What an operator can mend is a refusal that says how. */
async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof RecoveryFault)) throw error
    throw new Refusal('invalid', { message: error.message }, { cause: error })
  }
}
