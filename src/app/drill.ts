/**
 * A drill of restoration on this machine: an empty PostgreSQL and an empty object directory of their own
 * beside the data directory, a backup brought back into them, everything in it verified, the time taken;
 * then both are thrown away. The platform runs meanwhile and is not touched. ADR 0049.
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DrillReport } from '../admin/drill/rows.ts'
import { drillSentencesMax } from '../admin/limits.ts'
import type { OnProgress } from '../admin/progress.ts'
import { Refusal } from '../base/refusal.ts'
import { openDirectoryStore } from '../blob/directory-store.ts'
import type { ObjectStore } from '../blob/types.ts'
import { createDatabase } from '../db/database.ts'
import { NoEmbeddedPostgres } from '../db/embedded/binaries.ts'
import { endOrphan, startCluster, type Cluster } from '../db/embedded/cluster.ts'
import { migrate } from '../db/migrate.ts'
import { createDirectory } from '../directory/directory.ts'
import { createKeys } from '../keys/keys.ts'
import type { ListedBackup } from '../recovery/list-backups.ts'
import { restorePlatform } from '../recovery/restore.ts'
import { RecoveryFault, type BackupContents, type BackupHeader } from '../recovery/types.ts'
import { createStore } from '../store/store.ts'
import { requireRoom } from './disk-room.ts'
import type { Platform } from './platform.ts'
import { verifyPlatform } from './verify.ts'

/** A row takes more room in PostgreSQL than compressed in a file; objects take the same again. */
const roomFactor = 3
/** An empty PostgreSQL with its log of changes. */
const emptyOctets = 512 * 1024 * 1024

interface DrillWish extends Pick<Platform, 'config' | 'ground' | 'clock'> {
  readonly backup: ListedBackup & { readonly head: BackupHeader }
  readonly source: string
}

/** @throws Refusal where there is no room; a backup that cannot be brought back is a report. */
export async function runDrill(wish: DrillWish, told: OnProgress): Promise<DrillReport> {
  const { config, clock, backup } = wish
  const folder = `${config.data}.drill`
  const needed = backup.octets * roomFactor + emptyOctets
  await requireRoom(dirname(folder), needed, 'A drill of this backup')
  const begunAt = clock.now()
  await clear(folder)
  await mkdir(folder)
  const stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  try {
    const cluster = stack.use(await openCluster(join(folder, 'pg')))
    const objects = await openDirectoryStore({ root: join(folder, 'objects'), clock })
    const place = { ...wish, cluster, objects, told: inThree(told, backup.octets) }
    const facts = factsOf(wish, begunAt)
    const restored = await restore(place)
    const restoredAt = clock.now()
    const restoreMs = restoredAt - begunAt
    if (typeof restored === 'string') return { ...facts, restoreMs, sentences: [restored] }
    const found = await verify(place)
    return { ...facts, ...restored, ...found, restoreMs, verifyMs: clock.now() - restoredAt }
  } finally {
    await stack.disposeAsync()
  }
}

async function openCluster(folder: string): Promise<Cluster> {
  try {
    return await startCluster({ folder })
  } catch (error) {
    if (!(error instanceof NoEmbeddedPostgres)) throw error
    const message = 'A drill needs the embedded PostgreSQL, which is not installed on this node.'
    throw new Refusal('invalid', { message }, { cause: error })
  }
}

/** Of a drill that did not come far; what was found replaces it. */
function factsOf({ backup }: DrillWish, begunAt: number): DrillReport {
  const { head, name, octets } = backup
  const { backupId, takenAt } = head
  return {
    backup: name,
    backupId,
    takenAt,
    octets,
    ageMs: Math.max(0, begunAt - takenAt),
    restoreMs: 0,
    verifyMs: 0,
    rows: 0,
    objects: 0,
    accounts: 0,
    messages: 0,
    faults: 1,
    sentences: [],
  }
}

/** What a drill left that was killed, its PostgreSQL included. */
async function clear(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  await endOrphan(join(folder, 'pg'))
  await rm(folder, { recursive: true, force: true })
}

interface DrillPlace extends DrillWish {
  readonly cluster: Cluster
  readonly objects: ObjectStore
  readonly told: Told
}

/** @returns the sentence that says why it cannot be brought back. */
async function restore({ cluster, objects, ground, clock, source, told }: DrillPlace) {
  await using database = createDatabase({
    ...cluster.connection,
    asOwner: true,
    connectionsMax: 1,
  })
  try {
    const { master } = ground
    const onProgress = (_what: string, done: number) => told.read(done)
    const options = { database, objects, master, clock, source, onProgress }
    const restored = await restorePlatform(options)
    // As the first node would that starts on it.
    await migrate(database)
    return countsOf(restored)
  } catch (error) {
    if (error instanceof RecoveryFault) return error.message
    throw error
  }
}

function countsOf({ manifest }: BackupContents): Pick<DrillReport, 'rows' | 'objects'> {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
  return { rows, objects: manifest.objects.count }
}

type Found = Pick<DrillReport, 'accounts' | 'messages' | 'faults' | 'sentences'>

async function verify({ cluster, objects, ground, clock, told }: DrillPlace): Promise<Found> {
  const { master, formerMasters } = ground
  const sentences: string[] = []
  let [accounts, messages, faults] = [0, 0, 0]
  const note = (sentence: string) => {
    faults++
    if (sentences.length < drillSentencesMax) sentences.push(sentence)
  }
  await using database = createDatabase({ ...cluster.connection, connectionsMax: 4 })
  await using keys = await createKeys({ database, master, formerMasters, clock })
  await using store = await createStore({ database, keys, objects, clock, nodeId: 'drill' })
  // False rows are found, each once, by the verification.
  await using directory = await createDirectory({ database, keys, onAlarm: () => undefined })
  if (!directory.isBelievable) note('The directory in the backup is not believed.')
  for await (const line of verifyPlatform({ store, directory, ground: { database, keys } })) {
    if (line.kind === 'fault') note(line.sentence ?? line.what)
    else if (line.kind === 'summary') messages = line.done
    else {
      accounts = line.total ?? 0
      told.verified(line.done, accounts)
    }
  }
  return { accounts, messages, faults, sentences }
}

interface Told {
  read(octets: number): void
  verified(done: number, total: number): void
}

/** The file is read twice; verifying it counts as once more. */
function inThree(told: OnProgress, octets: number): Told {
  const whole = octets * 3
  let [passes, last] = [0, 0]
  return {
    read: (done) => {
      if (done < last) passes = 1
      last = done
      told(passes * octets + done, whole)
    },
    verified: (done, total) => {
      const part = total === 0 ? 1 : done / total
      told(Math.round(octets * (2 + part)), whole)
    },
  }
}
