/** One running node: ground, platform and doors, from a checked configuration. */
import { systemClock, type Clock } from '../base/clock.ts'
import { ensureCertificates } from '../net/certificates.ts'
import { createTlsSource, type TlsSource } from '../net/tls.ts'
import { createTelemetry } from '../telemetry/create-telemetry.ts'
import { gatherLines } from '../telemetry/gather-lines.ts'
import type { Config } from './config.ts'
import { openAuditPlace, reachAudit, type AuditReach } from './audit/audit-place.ts'
import { openAdmin } from './admin.ts'
import { tuneCollector } from './collector.ts'
import type { DatabaseOptions } from '../db/database.ts'
import { openDataFolder, type DataFolder } from './data-folder.ts'
import { openDoors, type Doors } from './doors.ts'
import { createFounding } from './founding.ts'
import { openFoundingStore } from './founding-store.ts'
import { startAuditGauges, startGauges } from './gauges.ts'
import { openGround } from './ground.ts'
import { startObjectRepair } from './objects.ts'
import { openPlatform, type Platform } from './platform.ts'
import type { OwnedFounding } from './founding.ts'
import { startNodeBeat } from './node-beat.ts'
import { answerMetrics } from './worker-metrics.ts'
import { startHeldMail } from './held-mail.ts'
import { startPusher } from './push.ts'
import { startTextPacking } from './text-packing.ts'
import { startUpkeep } from './upkeep.ts'
import {
  firstProcessConfig,
  receiveOrder,
  startWorkers,
  workerConfig,
  workerFolder,
  type WorkerPool,
  type WorkerReport,
} from './workers.ts'

export interface RunningNode extends AsyncDisposable {
  readonly platform: Platform
  readonly founding: OwnedFounding
  readonly listeners: Doors['listeners']
  /** The CA that signs this node's own certificate; the given certificate when there is one. */
  readonly caPath: string
}

export interface NodeOptions {
  readonly config: Config
  /** The machine's, unless a measure has its own. */
  readonly clock?: Clock
  readonly onProgress: (what: string) => void
  /** Something this node cannot live without ended by itself. */
  readonly onFatal: (why: string) => void
  /** Somebody who may asked this node to end. */
  readonly onStop?: () => void
  /** Once the data directory is this process's, before anything in it is used. */
  readonly clear?: (config: Config) => Promise<void>
  /** Before the doors open: the demo founds and fills its platform here. */
  readonly prepare: (platform: Platform, founding: OwnedFounding) => Promise<void>
}

/** The first process of a node, and with `workers` the others too. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  tuneCollector()
  const stack = new AsyncDisposableStack()
  try {
    const folder = stack.use(openDataFolder(options.config.data))
    await options.clear?.(options.config)
    const config = firstProcessConfig(options.config)
    const platform = await openProcess({ ...options, config, folder }, stack)
    const founding = createFounding(openFoundingStore(platform), platform)
    await options.prepare(platform, founding)
    const certificates = await openCertificates(config, folder.certificates, platform)
    const { caPath } = certificates
    const tls = stack.use(certificates.tls)
    const pool = await openWorkers(options.config, platform, stack)
    const others = () => pool?.metrics() ?? Promise.resolve([])
    const doors = stack.use(await openDoors({ platform, tls, founding, others }))
    const listeners = { ...pool?.listeners, ...doors.listeners }
    stack.use(startUpkeep(platform, certificates.renew))
    stack.use(startTextPacking(platform))
    if (config.roles.has('worker')) stack.use(startHeldMail(platform))
    stack.use(startPusher(platform))
    stack.use(await startGauges(platform, tls))
    stack.use(await openAdmin({ platform, founding, listeners }))
    stack.use(await startNodeBeat(platform, () => options.onStop?.()))
    const dispose = () => stack.disposeAsync()
    return { platform, founding, listeners, caPath, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** One of the other processes: its doors, on the listeners all of them share. */
export async function startWorker(options: Pick<NodeOptions, 'config'>): Promise<AsyncDisposable> {
  tuneCollector()
  const { connection, nodeId, audit } = await receiveOrder()
  const stack = new AsyncDisposableStack()
  const config = workerConfig(options.config)
  const folder = workerFolder(config.data, nodeId)
  const silent = { onProgress: () => undefined, onFatal: () => undefined }
  const platform = await openProcess(
    { ...silent, config, folder, reached: connection, reach: Promise.resolve(audit) },
    stack,
  )
  const { tls } = await openCertificates(config, folder.certificates, platform)
  stack.use(tls)
  const founding = createFounding(openFoundingStore(platform), platform)
  const doors = stack.use(await openDoors({ platform, tls, founding }))
  answerMetrics(() => platform.telemetry.metrics.registry.getMetricsAsJSON())
  process.send?.({ listeners: doors.listeners } satisfies WorkerReport)
  return {
    [Symbol.asyncDispose]: async () => {
      await stack.disposeAsync()
      // The channel to the first process would keep this one alive.
      process.disconnect?.()
    },
  }
}

interface ProcessOptions extends Omit<NodeOptions, 'prepare' | 'clear'> {
  readonly folder: DataFolder
  readonly reached?: DatabaseOptions
  readonly reach?: Promise<AuditReach>
}

async function openProcess(given: ProcessOptions, stack: AsyncDisposableStack): Promise<Platform> {
  const { config, folder, onProgress, onFatal, reached, reach, clock = systemClock } = given
  // Standard output belongs to what was asked for: the table, or one line for programs.
  const destination = stack.use(gatherLines(process.stderr))
  const telemetry = stack.use(createTelemetry({ level: config.logLevel, destination }))
  const onDatabaseExit = () => onFatal('PostgreSQL ended by itself.')
  // The audit process ends last: the stop of this node is in its log.
  const auditStack = stack.use(new AsyncDisposableStack())
  const onRestart = (what: string) => telemetry.log.warn('started again', { what: `audit-${what}` })
  const reaching = reach ?? reachAudit(config, auditStack, onRestart)
  // While the database starts; who waits for it hears what went wrong.
  reaching.catch(() => undefined)
  const ground = stack.use(
    await openGround({ config, folder, clock, onProgress, reached, onDatabaseExit }),
  )
  const { nodeId } = folder
  const auditReach = await reaching
  const auditPlace = openAuditPlace(auditReach)
  const opened = { config, folder, ground, clock, telemetry, nodeId, auditReach, auditPlace }
  const platform = stack.use(await openPlatform(opened))
  stack.use(startAuditGauges(platform))
  if (ground.objectCopies !== undefined)
    stack.use(startObjectRepair(ground.objectCopies, telemetry))
  return platform
}

async function openWorkers(
  { workers }: Config,
  { ground, nodeId, telemetry, auditReach }: Platform,
  stack: AsyncDisposableStack,
): Promise<WorkerPool | undefined> {
  if (workers === 1) return undefined
  const order = { connection: ground.connection, nodeId, audit: auditReach }
  const onRestart = (worker: number) => telemetry.log.warn('a worker was replaced', { worker })
  return stack.use(await startWorkers(workers, order, onRestart))
}

interface Certificates {
  readonly tls: TlsSource
  readonly caPath: string
  /** Those of this installation's own authority are renewed; given ones are their giver's work. */
  readonly renew: (() => Promise<unknown>) | undefined
}

async function openCertificates(
  config: Config,
  folder: string,
  platform: Platform,
): Promise<Certificates> {
  const { clock, telemetry } = platform
  // That it ends is said once a day by the upkeep, and not each minute.
  const report = ({ kind }: { readonly kind: string }) => {
    if (kind !== 'expiring') telemetry.log.info('certificate', { event: kind })
  }
  if (config.tls !== undefined) {
    const { certificate: certificatePath, key: keyPath } = config.tls
    const tls = createTlsSource({ certificatePath, keyPath, clock, report })
    return { tls, caPath: certificatePath, renew: undefined }
  }
  const names = [...new Set(['localhost', '127.0.0.1', '::1', config.hostname])]
  const files = await ensureCertificates({ folder, clock, names })
  const tls = createTlsSource({ ...files, clock, report })
  const renew = async () => {
    await ensureCertificates({ folder, clock, names })
    // Other processes see the files change; this one need not wait for it.
    tls.reload()
  }
  return { tls, caPath: files.caPath, renew }
}
