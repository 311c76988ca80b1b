/** One running node: ground, platform and doors, from a checked configuration. */
import { systemClock } from '../base/clock.ts'
import { ensureCertificates } from '../net/certificates.ts'
import { createTlsSource } from '../net/tls.ts'
import { createTelemetry } from '../telemetry/create-telemetry.ts'
import type { Config } from './config.ts'
import { openAdmin } from './admin.ts'
import { openDataFolder } from './data-folder.ts'
import { openDoors, type Doors } from './doors.ts'
import { createFounding } from './founding.ts'
import { openFoundingStore } from './founding-store.ts'
import { openGround } from './ground.ts'
import { openPlatform, type Platform } from './platform.ts'
import type { OwnedFounding } from './founding.ts'
import { startUpkeep } from './upkeep.ts'

export interface RunningNode extends AsyncDisposable {
  readonly platform: Platform
  readonly founding: OwnedFounding
  readonly listeners: Doors['listeners']
  /** The CA that signs this node's own certificate; the given certificate when there is one. */
  readonly caPath: string
}

export interface NodeOptions {
  readonly config: Config
  readonly onProgress: (what: string) => void
  /** Something this node cannot live without ended by itself. */
  readonly onFatal: (why: string) => void
  /** Before the doors open: the demo founds and fills its platform here. */
  readonly prepare: (platform: Platform, founding: OwnedFounding) => Promise<void>
}

export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { config, onProgress, onFatal } = options
  const clock = systemClock
  const stack = new AsyncDisposableStack()
  try {
    const folder = stack.use(openDataFolder(config.data))
    // Standard output belongs to what was asked for: the table, or one line for programs.
    const destination = process.stderr
    const telemetry = stack.use(createTelemetry({ level: config.logLevel, destination }))
    const onDatabaseExit = () => onFatal('PostgreSQL ended by itself.')
    const ground = stack.use(
      await openGround({ config, folder, clock, onProgress, onDatabaseExit }),
    )
    const { nodeId } = folder
    const platform = stack.use(
      await openPlatform({ config, folder, ground, clock, telemetry, nodeId }),
    )
    const founding = createFounding(openFoundingStore(platform), platform)
    await options.prepare(platform, founding)
    const { tls, caPath } = await openCertificates(config, folder.certificates, platform)
    stack.use(tls)
    const doors = stack.use(await openDoors({ platform, tls, founding }))
    stack.use(startUpkeep(platform))
    stack.use(await openAdmin({ platform, founding, listeners: doors.listeners }))
    const dispose = () => stack.disposeAsync()
    const { listeners } = doors
    return { platform, founding, listeners, caPath, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function openCertificates(config: Config, folder: string, platform: Platform) {
  const { clock, telemetry } = platform
  const report = ({ kind }: { readonly kind: string }) =>
    telemetry.log.info('certificate', { event: kind })
  if (config.tls !== undefined) {
    const { certificate: certificatePath, key: keyPath } = config.tls
    const tls = createTlsSource({ certificatePath, keyPath, clock, report })
    return { tls, caPath: certificatePath }
  }
  const names = [...new Set(['localhost', '127.0.0.1', '::1', config.hostname])]
  const files = await ensureCertificates({ folder, clock, names })
  return { tls: createTlsSource({ ...files, clock, report }), caPath: files.caPath }
}
