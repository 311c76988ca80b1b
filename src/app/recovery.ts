/** `tamar backup`, `restore` and `verify-backup`: the recovery room on this node's configuration. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock, type Millis } from '../base/clock.ts'
import { createDatabase, type DatabaseOptions } from '../db/database.ts'
import { startCluster } from '../db/embedded/cluster.ts'
import { findRunningCluster } from '../db/embedded/running-cluster.ts'
import type { MasterKey } from '../keys/types.ts'
import { backupPlatform } from '../recovery/backup.ts'
import { restorePlatform } from '../recovery/restore.ts'
import type { BackupContents, BackupOptions, OnProgress } from '../recovery/types.ts'
import { verifyBackup } from '../recovery/verify-backup.ts'
import type { Config } from './config.ts'
import { openDataFolder, readNodeId } from './data-folder.ts'
import { openMaster, openOtherMasters, sayFault, urlWithPassword } from './ground.ts'
import { openObjects } from './objects.ts'
import { recorded, recordRestored, type RecoveryPlace } from './recovery-audit.ts'
import { StartFault } from './start-fault.ts'

/** What a backup holds, as it was written or found. */
export interface BackupFacts {
  readonly backupId: string
  readonly platform: string
  readonly takenAt: Millis
  readonly rows: number
  readonly objects: number
  /** Rows whose object was lost before the backup was taken. */
  readonly missingObjects: number
}

export interface RestoreWish {
  readonly file: string
  /** Nothing happened on the platform after the backup. */
  readonly isContinued: boolean
}

/** The platform may run. @throws StartFault or RecoveryFault: one line for the operator. */
export async function backUp(
  config: Config,
  target: string,
  onProgress: OnProgress,
): Promise<BackupFacts> {
  const isEmbedded = config.database.kind === 'embedded'
  if (isEmbedded && !existsSync(join(config.data, 'pg')))
    throw new StartFault(`There is no platform in ${config.data}.`)
  return withGround(config, findRunning(config), ({ place, ...ground }) =>
    recorded(place, 'make', async () => {
      const taken = await backupPlatform({ ...ground, target, onProgress })
      return { ...factsOf(taken), missingObjects: taken.missingObjects }
    }),
  )
}

/** The platform is stopped, the database empty. */
export async function restore(
  config: Config,
  wish: RestoreWish,
  onProgress: OnProgress,
): Promise<BackupFacts> {
  const { file: source, isContinued } = wish
  return withGround(config, undefined, async ({ place, ...ground }) => {
    const restored = factsOf(await restorePlatform({ ...ground, source, isContinued, onProgress }))
    await recordRestored(place, restored)
    return restored
  })
}

/** Needs the master key; where a platform is, its audit trail hears of it. */
export async function verifyBackupFile(
  config: Config,
  source: string,
  onProgress: OnProgress,
): Promise<BackupFacts> {
  const verify = async (master: MasterKey) =>
    factsOf(await verifyBackup({ source, master, onProgress }))
  const isHere = config.database.kind === 'external' || existsSync(join(config.data, 'pg'))
  if (isHere)
    return withGround(config, findRunning(config), async ({ place, master }) =>
      (await isEmpty(place)) ? verify(master) : recorded(place, 'verify', () => verify(master)),
    )
  try {
    await using master = await openExistingMaster(config)
    return await verify(master)
  } catch (error) {
    throw sayFault(error, config)
  }
}

/** No platform was ever started on this database: there is no trail to write. */
async function isEmpty({ connection }: RecoveryPlace): Promise<boolean> {
  await using owner = createDatabase({ ...connection, asOwner: true, connectionsMax: 1 })
  const row = await owner.row<{ found: string | null }>({
    text: `SELECT to_regclass('public.audit_outbox')::text AS found`,
  })
  return row?.found === null
}

function factsOf({ header, manifest }: BackupContents): BackupFacts {
  const { backupId, platformId: platform, takenAt } = header
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  return { backupId, platform, takenAt, rows, objects: manifest.objects.count, missingObjects: 0 }
}

function findRunning({ database, data }: Config): DatabaseOptions | undefined {
  return database.kind === 'embedded' ? findRunningCluster(join(data, 'pg')) : undefined
}

interface RecoveryGround extends Omit<BackupOptions, 'target' | 'onProgress'> {
  readonly place: RecoveryPlace
}

async function withGround<T>(
  config: Config,
  running: DatabaseOptions | undefined,
  work: (ground: RecoveryGround) => Promise<T>,
): Promise<T> {
  const stack = new AsyncDisposableStack()
  try {
    // The key first: without it nothing is started or made.
    const master = stack.use(await openExistingMaster(config))
    const connection = running ?? (await reachStopped(config, stack))
    const owner = { ...connection, asOwner: true, connectionsMax: 1 }
    const database = stack.use(createDatabase(owner))
    const clock = systemClock
    const { store: objects } = stack.use(await openObjects(config, clock))
    const formerMasters = await openOtherMasters(config, { root: config.data }, stack)
    const nodeId = readNodeId(config.data)
    const place = { connection, master, formerMasters, clock, nodeId }
    return await work({ database, objects, master, clock, place })
  } catch (error) {
    throw sayFault(error, config)
  } finally {
    await stack.disposeAsync()
  }
}

async function reachStopped(config: Config, stack: AsyncDisposableStack): Promise<DatabaseOptions> {
  if (config.database.kind === 'external') return { url: urlWithPassword(config.database) }
  const folder = stack.use(openDataFolder(config.data))
  // It ends with this command; a fault of it is thrown where it is used.
  return stack.use(await startCluster({ folder: folder.database })).connection
}

function openExistingMaster(config: Config): Promise<MasterKey> {
  return openMaster(config, { root: config.data }, false)
}
