/** The SMTP door: `relay` for port 25, `submission` for 587 and 465 (RFC 6409, RFC 8314). */
import type { Access } from '../access/types.ts'
import type { Clock } from '../base/clock.ts'
import type { Delivery } from '../delivery/types.ts'
import { type BoundAddress, type ListenAt, createListener } from '../net/listener.ts'
import { isLoopback, peerKey } from '../net/peer-address.ts'
import { RateLimit } from '../net/rate-limit.ts'
import type { TlsSource } from '../net/tls.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import { SmtpSession } from './inbound/session.ts'
import type { Mode, Services } from './inbound/types.ts'
import { type SmtpLimits, defaultLimits, sweepEveryMs } from './limits.ts'
import { MemoryBudget } from '../net/memory-budget.ts'
import { replies } from './replies.ts'
import { formatReply } from './wire/reply.ts'

export interface SmtpServerOptions {
  readonly listen: readonly ListenAt[]
  readonly mode: Mode
  readonly delivery: Delivery
  readonly access: Access
  /** Needed unless every entry of `listen` is without TLS. */
  readonly tls: TlsSource | undefined
  readonly clock: Clock
  /** Our name in the greeting and in EHLO. */
  readonly hostname: string
  readonly limits?: Partial<SmtpLimits>
  /** Shared by the doors of a process; its own when undefined. */
  readonly budget?: MemoryBudget
  readonly telemetry?: Pick<Telemetry, 'log' | 'metrics'>
  /** True: no new connections. */
  readonly isDrained?: () => boolean
}

export interface SmtpServer extends AsyncDisposable {
  /** In the order of `listen`. */
  readonly addresses: readonly BoundAddress[]
  readonly sessions: number
  /** Ends what is overdue by the clock. Runs by itself every second. */
  sweep(): void
  /** Stops accepting, lets messages in hand be answered, then hangs up. */
  close(): Promise<void>
}

/** Resolves when every address listens. */
export async function createSmtpServer(options: SmtpServerOptions): Promise<SmtpServer> {
  const services = toServices(options)
  const { clock, limits, mode, telemetry } = services
  const sessions = new Set<SmtpSession>()
  const connectionRate = new RateLimit(clock, limits.connectionRate)
  let count = 0
  const listener = await createListener({
    listen: options.listen,
    tls: options.tls,
    connectionsMax: limits.connectionsMax,
    connectionsPerPeerMax: limits.connectionsPerPeerMax,
    allowHalfOpen: true,
    ...(options.isDrained === undefined ? {} : { isDrained: options.isDrained }),
    farewell: formatReply(replies.tooManyConnections),
    admit: (address) =>
      (limits.isLoopbackExempt && isLoopback(address)) || connectionRate.take(peerKey(address)),
    onTurnedAway: () => telemetry?.metrics.connectionsRefused.inc({ listener: mode }),
    onHandshakeFailed: () => telemetry?.log.debug('smtp handshake failed'),
    onConnection(connection) {
      const session = new SmtpSession(`${mode}-${++count}`, services, connection)
      sessions.add(session)
      telemetry?.metrics.connections.inc({ listener: mode })
      void session.run()
      connection.onClose(() => {
        sessions.delete(session)
        telemetry?.metrics.connections.dec({ listener: mode })
      })
      return session
    },
  })
  const sweep = (): void => {
    const now = clock.now()
    for (const session of sessions) session.sweep(now)
  }
  const timer = setInterval(sweep, sweepEveryMs).unref()
  const close = async (): Promise<void> => {
    await listener.close()
    clearInterval(timer)
  }
  return {
    addresses: listener.addresses,
    get sessions() {
      return sessions.size
    },
    sweep,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function toServices(options: SmtpServerOptions): Services {
  const limits = { ...defaultLimits, ...options.limits }
  const { access, clock, delivery, hostname, mode, telemetry } = options
  return {
    access,
    clock,
    delivery,
    hostname,
    mode,
    telemetry,
    limits,
    budget: options.budget ?? new MemoryBudget(limits.heldOctetsMax),
    messageRate: new RateLimit(clock, limits.messageRate),
    globalMessageRate: new RateLimit(clock, limits.globalMessageRate),
  }
}
