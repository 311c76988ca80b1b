/** The IMAP door: listeners, and a client for each connection. RFC 9051, RFC 8314. */
import type { Delegations } from '../access/delegations.ts'
import type { Access } from '../access/types.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import { createListener, type BoundAddress, type ListenAt } from '../net/listener.ts'
import type { MemoryBudget } from '../net/memory-budget.ts'
import type { TlsSource } from '../net/tls.ts'
import type { Store } from '../store/types.ts'
import { Client, readLimitsFor } from './client.ts'
import { defaultLimits, type ImapLimits } from './limits.ts'
import { RankCache } from './sort/ranks.ts'
import { ThreadCache } from './thread/thread-cache.ts'
import type { ImapLog, ImapTelemetry, SessionPorts } from './session.ts'

export interface ImapServerOptions {
  readonly store: Store
  readonly access: Access
  readonly delegations: Delegations
  readonly clock?: Clock
  /** `none` is accepted on loopback only. */
  readonly listen: readonly ListenAt[]
  /** Needed unless every listener is `none`. */
  readonly tls?: TlsSource
  readonly limits?: Partial<ImapLimits>
  /** Shared by the doors of a process: what literals hold of its memory. */
  readonly budget?: MemoryBudget
  /** The JMAP session resource of the same mail, once there is one. */
  readonly jmapUrl?: () => string | undefined
  readonly log?: ImapLog
  readonly telemetry?: ImapTelemetry
  /** True: no new connections. */
  readonly isDrained?: () => boolean
}

export interface ImapServer extends AsyncDisposable {
  /** In the order of `listen`. */
  readonly addresses: readonly BoundAddress[]
  readonly connections: number
}

/** Resolves once every address is bound. Disposing lets running commands finish. */
export async function createImapServer(options: ImapServerOptions): Promise<ImapServer> {
  const limits = { ...defaultLimits, ...options.limits }
  const clock = options.clock ?? systemClock
  const ports: SessionPorts = {
    store: options.store,
    access: options.access,
    delegations: options.delegations,
    clock,
    ranks: new RankCache(clock),
    threads: new ThreadCache(clock),
    limits,
    jmapUrl: options.jmapUrl ?? (() => undefined),
    log: options.log,
    telemetry: options.telemetry,
  }
  const readLimits = readLimitsFor(limits.appendOctetsMax, options.budget)
  return createListener({
    listen: options.listen,
    tls: options.tls,
    onConnection: (connection) => new Client(connection, ports, readLimits),
    ...(options.isDrained === undefined ? {} : { isDrained: options.isDrained }),
    farewell: '* BYE Too many connections, try again later\r\n',
    connectionsMax: limits.connectionsMax,
    connectionsPerPeerMax: limits.connectionsPerAddressMax,
    onTurnedAway: (reason) => options.log?.warn({ reason }, 'a connection was turned away'),
    onHandshakeFailed: (error) => options.log?.info({ err: error }, 'a TLS handshake failed'),
  })
}
