/** What every node stands on before a door opens: database, keys, objects. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { ObjectStore } from '../blob/types.ts'
import { createDatabase, type DatabaseOptions } from '../db/database.ts'
import { startCluster } from '../db/embedded/cluster.ts'
import { migrate, MigrationError } from '../db/migrate.ts'
import type { Database } from '../db/types.ts'
import { isRefusal } from '../base/refusal.ts'
import { openFileMaster } from '../keys/file-master.ts'
import { createKeys } from '../keys/keys.ts'
import { listPlatformKeys } from '../keys/platform-rows.ts'
import { openPkcs11Master } from '../keys/pkcs11-master.ts'
import { MissingKey, type Keys, type MasterKey } from '../keys/types.ts'
import type { Config, DatabaseConfig } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import { openObjects, type ObjectCopies } from './objects.ts'
import { StartFault } from './start-fault.ts'

export interface Ground extends AsyncDisposable {
  /** For the other processes of this node. */
  readonly connection: DatabaseOptions
  readonly database: Database
  readonly keys: Keys
  /** For backups, which carry a key of their own under it. */
  readonly master: MasterKey
  /** While one master key replaces the other. */
  readonly formerMasters: readonly MasterKey[]
  readonly objects: ObjectStore
  /** Undefined where there is one folder for objects. */
  readonly objectCopies: ObjectCopies | undefined
}

export interface GroundOptions {
  readonly config: Config
  readonly folder: DataFolder
  readonly clock: Clock
  readonly onProgress: (what: string) => void
  /** A database somebody else of this node has started and brought up to date. */
  readonly reached?: DatabaseOptions | undefined
  /** The embedded PostgreSQL ended by itself: nothing can go on. */
  readonly onDatabaseExit: () => void
}

/** @throws StartFault for everything an operator can mend. */
export async function openGround(options: GroundOptions): Promise<Ground> {
  const stack = new AsyncDisposableStack()
  try {
    const connection = options.reached ?? (await reachDatabase(options, stack))
    const isNew = options.reached === undefined && (await bringUpToDate(connection, options))
    const connectionsMax = options.config.database.connections
    const database = stack.use(createDatabase({ ...connection, connectionsMax }))
    const { clock, config } = options
    // A new database has no keys yet, so a new master key loses nothing; an old one needs its own.
    const master = stack.use(await openMaster(config, options.folder, isNew))
    const formerMasters = await openOtherMasters(config, options.folder, stack)
    const keys = stack.use(await createKeys({ database, master, formerMasters, clock }))
    const { store: objects, copies: objectCopies } = stack.use(await openObjects(config, clock))
    return {
      connection,
      database,
      keys,
      master,
      formerMasters,
      objects,
      objectCopies,
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw sayFault(error, options.config)
  }
}

async function reachDatabase(
  { config, folder, onProgress, onDatabaseExit }: GroundOptions,
  stack: AsyncDisposableStack,
): Promise<DatabaseOptions> {
  if (config.database.kind === 'external') return { url: urlWithPassword(config.database) }
  const cluster = await startCluster({
    folder: folder.database,
    onProgress,
    onExit: onDatabaseExit,
  })
  return stack.use(cluster).connection
}

export function urlWithPassword(database: Extract<DatabaseConfig, { kind: 'external' }>): string {
  if (database.passwordFile === undefined) return database.url
  const url = new URL(database.url)
  url.password = encodeURIComponent(readFileSync(database.passwordFile, 'utf8').trim())
  return url.href
}

/** @returns whether nothing is sealed yet: so it is again after a first start that was cut short. */
async function bringUpToDate(
  connection: DatabaseOptions,
  { onProgress }: GroundOptions,
): Promise<boolean> {
  await using owner = createDatabase({ ...connection, asOwner: true, connectionsMax: 1 })
  const applied = await migrate(owner)
  if (applied.length > 0) onProgress(`database: ${applied.length} migrations applied`)
  return (await listPlatformKeys(owner)).length === 0
}

export async function openMaster(
  { masterKey }: Config,
  folder: Pick<DataFolder, 'root'>,
  isNew: boolean,
): Promise<MasterKey> {
  if (masterKey.kind === 'pkcs11')
    return openPkcs11Master({
      library: masterKey.module,
      tokenLabel: masterKey.token,
      keyLabel: masterKey.key,
      pin: { file: masterKey.pinFile },
      createIfMissing: isNew,
    })
  const { path } = masterKey
  if (isNew) makeKeyFolder(dirname(path))
  return openFileMaster({ path, createIfMissing: isNew, dataDirectory: folder.root })
}

/** The second key, while one replaces the other. It is never made here. */
export async function openOtherMasters(
  config: Config,
  folder: Pick<DataFolder, 'root'>,
  stack: AsyncDisposableStack,
): Promise<readonly MasterKey[]> {
  const { masterKey } = config
  if (masterKey.kind === 'pkcs11') {
    const { otherKey: key, ...rest } = masterKey
    if (key === undefined) return []
    return [stack.use(await openMaster({ ...config, masterKey: { ...rest, key } }, folder, false))]
  }
  const { otherPath: path } = masterKey
  if (path === undefined) return []
  return [
    stack.use(await openMaster({ ...config, masterKey: { kind: 'file', path } }, folder, false)),
  ]
}

export function makeKeyFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StartFault(`No folder for the master key can be made at ${path}: ${why}.`, {
      cause: error,
    })
  }
}

export function sayFault(error: unknown, config: Config): unknown {
  if (error instanceof MissingKey)
    return new StartFault(
      `${error.message} Without it nothing stored here can be opened: put it back, or restore it ` +
        'with "tamar key restore".',
      { cause: error },
    )
  if (error instanceof MigrationError) return new StartFault(error.message, { cause: error })
  if (isRefusal(error, 'try-again') && config.database.kind === 'external') {
    const { host } = new URL(config.database.url)
    const message = `The database at ${host} cannot be reached. Check database.url and that it runs.`
    return new StartFault(message, { cause: error })
  }
  return error
}
