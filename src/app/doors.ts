/** The doors of a node, opened as its roles and listeners say. */
import { fileURLToPath } from 'node:url'
import { Refusal } from '../base/refusal.ts'
import { newId } from '../base/id.ts'
import { MemoryBudget } from '../net/memory-budget.ts'
import type { BoundAddress, ListenAt } from '../net/listener.ts'
import type { TlsSource } from '../net/tls.ts'
import { stsPolicyOf } from './mail-hosts.ts'
import { addAdminRoutes } from '../admin/routes.ts'
import { addAuthRoutes } from '../http/auth/routes.ts'
import { addOauthRoutes } from '../http/oauth/routes.ts'
import { createHttpServer } from '../http/server.ts'
import { createImapServer } from '../imap/server.ts'
import { createManageSieveServer } from '../managesieve/server.ts'
import { sessionPath } from '../jmap/core/session.ts'
import { addJmapRoutes } from '../jmap/routes.ts'
import type { ImapTelemetry } from '../imap/session.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { formatSum, type ProcessMetrics } from '../telemetry/process-sums.ts'
import { createSmtpServer } from '../smtp/server.ts'
import { parseAddressList } from './address-list.ts'
import { adminParts } from './admin.ts'
import { authParts } from './auth.ts'
import type { ListenerName } from './config-schema.ts'
import type { Endpoint } from './endpoint.ts'
import type { OwnedFounding } from './founding.ts'
import { jmapParts, ownScriptsOf } from './jmap.ts'
import { doorLog } from './logs.ts'
import type { Platform } from './platform.ts'
import { StartFault } from './start-fault.ts'
import { keptStore } from './trust.ts'
import { readVersion } from './version.ts'

export interface Doors extends AsyncDisposable {
  /** As they are bound. */
  readonly listeners: Readonly<Partial<Record<ListenerName, Endpoint>>>
}

export interface DoorOptions {
  readonly platform: Platform
  readonly tls: TlsSource
  readonly founding: OwnedFounding
  /** What the other processes of this node count; none when undefined. */
  readonly others?: () => Promise<readonly ProcessMetrics[]>
}

/** With what the doors of a process share. */
interface Opening extends DoorOptions {
  readonly budget: MemoryBudget
}

/** Where `npm run web` puts the web mail. */
const webMail = fileURLToPath(new URL('../../web/dist/', import.meta.url))

/** Content being received by all doors of a process together: ten of the largest messages. */
const heldOctetsMax = 512 * 1024 * 1024

type Bound = Partial<Record<ListenerName, Endpoint>>

export async function openDoors(given: DoorOptions): Promise<Doors> {
  const options = { ...given, budget: new MemoryBudget(heldOctetsMax) }
  const stack = new AsyncDisposableStack()
  const bound: Bound = {}
  try {
    const { roles } = options.platform.config
    if (roles.has('smtp')) await openRelay(options, stack, bound)
    if (roles.has('submission')) await openSubmission(options, stack, bound)
    if (roles.has('imap')) {
      await openImap(options, stack, bound)
      await openSieve(options, stack, bound)
    }
    if (roles.has('http')) await openHttp(options, stack, bound)
    return { listeners: bound, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw sayTakenPort(error)
  }
}

/** The listeners of these names that are on, in the shape the doors take. */
function listenAt(
  { platform }: Opening,
  kinds: Readonly<Partial<Record<ListenerName, ListenAt['tls']>>>,
): { readonly names: readonly ListenerName[]; readonly listen: readonly ListenAt[] } {
  const { listeners } = platform.config
  const found = Object.entries(kinds).flatMap(([key, tls]) => {
    const name = key as ListenerName // Object.entries forgets that the keys are listener names.
    const endpoint = listeners[name]
    return endpoint === undefined ? [] : [{ name, at: { ...endpoint, tls } }]
  })
  return { names: found.map(({ name }) => name), listen: found.map(({ at }) => at) }
}

function note(
  bound: Bound,
  names: readonly ListenerName[],
  addresses: readonly BoundAddress[],
): void {
  for (const [index, name] of names.entries()) {
    const address = addresses[index]
    if (address !== undefined) bound[name] = { host: address.host, port: address.port }
  }
}

async function openSmtp(
  options: Opening,
  stack: AsyncDisposableStack,
  mode: 'relay' | 'submission',
  kinds: Readonly<Partial<Record<ListenerName, ListenAt['tls']>>>,
): Promise<Bound> {
  const { platform, tls, budget } = options
  const { config, clock, telemetry, access, delivery, drain } = platform
  const { names, listen } = listenAt(options, kinds)
  const bound: Bound = {}
  if (listen.length === 0) return bound
  const server = await createSmtpServer({
    listen,
    mode,
    delivery,
    access,
    tls,
    clock,
    hostname: config.hostname,
    limits: {
      messageOctetsMax: config.limits.messageOctets,
      recipientsMax: config.limits.recipients,
      connectionsMax: config.limits.smtpConnections,
      connectionsPerPeerMax: config.limits.smtpConnectionsPerAddress,
    },
    budget,
    telemetry,
    isDrained: () => drain.isDrained,
  })
  stack.use(server)
  note(bound, names, server.addresses)
  return bound
}

async function openRelay(options: Opening, stack: AsyncDisposableStack, bound: Bound) {
  Object.assign(bound, await openSmtp(options, stack, 'relay', { smtp: 'starttls' }))
}

async function openSubmission(options: Opening, stack: AsyncDisposableStack, bound: Bound) {
  const kinds = { submission: 'starttls', submissions: 'implicit' } as const
  Object.assign(bound, await openSmtp(options, stack, 'submission', kinds))
}

async function openImap(options: Opening, stack: AsyncDisposableStack, bound: Bound) {
  const { platform, tls, budget } = options
  const { config, clock, telemetry, access, drain } = platform
  const kinds = { imap: 'starttls', imaps: 'implicit', imapPlaintext: 'none' } as const
  const { names, listen } = listenAt(options, kinds)
  if (listen.length === 0) return
  const server = await createImapServer({
    store: keptStore(platform),
    access,
    delegations: access.delegations,
    clock,
    listen,
    tls,
    limits: {
      appendOctetsMax: config.limits.messageOctets,
      connectionsMax: config.limits.imapConnections,
      connectionsPerAddressMax: config.limits.imapConnectionsPerAddress,
    },
    budget,
    jmapUrl: () => jmapUrlOf(platform, bound),
    log: doorLog(telemetry.log, 'imap'),
    telemetry: imapTelemetry(telemetry.metrics),
    isDrained: () => drain.isDrained,
  })
  stack.use(server)
  note(bound, names, server.addresses)
}

/** At the HTTPS door of this node, in this process or its first one. */
function jmapUrlOf({ config }: Platform, bound: Bound): string | undefined {
  const isElsewhere = !config.roles.has('http') && config.workers > 1
  const https = bound.https ?? (isElsewhere ? config.listeners.https : undefined)
  if (https === undefined || https.port === 0) return undefined
  return new URL(sessionPath, `https://${config.hostname}:${https.port}`).href
}

async function openSieve(options: Opening, stack: AsyncDisposableStack, bound: Bound) {
  const { platform, tls } = options
  const { access, telemetry, drain } = platform
  const { names, listen } = listenAt(options, { sieve: 'starttls' })
  if (listen.length === 0) return
  const isDrained = () => drain.isDrained
  const scripts = ownScriptsOf(platform)
  const server = await createManageSieveServer({
    listen,
    tls,
    access,
    scripts,
    telemetry,
    isDrained,
  })
  stack.use(server)
  note(bound, names, server.addresses)
}

function imapTelemetry(metrics: Metrics): ImapTelemetry {
  return {
    connections: (delta) => metrics.connections.inc({ listener: 'imap' }, delta),
    command: (command, status, ms) =>
      metrics.commandSeconds.observe({ door: 'imap', command, status }, ms / 1000),
  }
}

async function openHttp(options: Opening, stack: AsyncDisposableStack, bound: Bound) {
  const { platform, tls, founding } = options
  const { config, clock, telemetry, ground } = platform
  const endpoint = config.listeners.https
  if (endpoint === undefined) return
  const mayReadMetrics = parseAddressList(config.metricsFrom) ?? (() => false)
  const server = await createHttpServer({
    listen: endpoint,
    tls,
    telemetry,
    founding,
    webMail,
    checks: {
      drain: async () => {
        if (platform.drain.isDrained) throw new Refusal('too-busy', { reason: 'drained' })
      },
      database: async () => {
        await ground.database.row({ name: 'app.ready', text: 'SELECT 1' })
      },
      objects: async () => {
        // Any id will do: that the store answers is what is asked.
        await ground.objects.has(newId(clock))
      },
    },
    mayReadMetrics,
    stsPolicyOf: stsPolicyOf(platform),
    tlsReports: {
      clock,
      isOpen: () => platform.directory.policy('inbound.tls-reports-by-https'),
      take: (octets) => platform.reports.takePosted(octets),
    },
    readMetrics: () => readMetrics(telemetry, options.others),
    mount: (app) => {
      addAuthRoutes(app, authParts(platform))
      addOauthRoutes(app, authParts(platform))
      addJmapRoutes(app, jmapParts(platform, options.budget))
      addAdminRoutes(app, {
        parts: adminParts({ platform, founding, listeners: bound }),
        log: telemetry.log,
        version: readVersion(),
        isLocal: false,
      })
    },
    settings: {
      hostname: config.hostname,
      imaps: bound.imaps?.port,
      submissions: bound.submissions?.port,
      submission: bound.submission?.port,
    },
  })
  stack.use(server)
  note(bound, ['https'], [server.address])
}

/** Of all processes of the node together. */
async function readMetrics({ metrics }: Telemetry, others: DoorOptions['others']): Promise<string> {
  const theirs = (await others?.()) ?? []
  if (theirs.length === 0) return metrics.registry.metrics()
  return formatSum([await metrics.registry.getMetricsAsJSON(), ...theirs])
}

function sayTakenPort(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const port = 'port' in error ? String(error.port) : ''
  if (error.code === 'EADDRINUSE')
    return new StartFault(
      `Port ${port} is taken by another program. Use --port-offset, or listen elsewhere.`,
      { cause: error },
    )
  if (error.code === 'EACCES')
    return new StartFault(`Port ${port} needs rights this user does not have.`, { cause: error })
  return error
}
