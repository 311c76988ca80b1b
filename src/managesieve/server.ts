/** The ManageSieve door: a listener, and a session for each connection. RFC 5804. */
import { createListener, type BoundAddress, type ListenAt } from '../net/listener.ts'
import type { TlsSource } from '../net/tls.ts'
import { connectionsMax, connectionsPerAddressMax } from './limits.ts'
import { Session, type SessionPorts } from './session.ts'

export interface ManageSieveOptions extends SessionPorts {
  readonly listen: readonly ListenAt[]
  readonly tls: TlsSource
  /** True: no new connections. */
  readonly isDrained?: () => boolean
}

export interface ManageSieveServer extends AsyncDisposable {
  /** In the order of `listen`. */
  readonly addresses: readonly BoundAddress[]
}

/** Resolves once every address is bound. Disposing lets running commands finish. */
export function createManageSieveServer(options: ManageSieveOptions): Promise<ManageSieveServer> {
  const { listen, tls, isDrained, telemetry, ...ports } = options
  const metrics = telemetry?.metrics
  return createListener({
    listen,
    tls,
    onConnection(connection) {
      const session = new Session(connection, { ...ports, telemetry })
      metrics?.connections.inc({ listener: 'sieve' })
      connection.onClose(() => metrics?.connections.dec({ listener: 'sieve' }))
      void session.run()
      return session
    },
    ...(isDrained === undefined ? {} : { isDrained }),
    farewell: 'BYE (TRYLATER) "Too many connections, try again later"\r\n',
    connectionsMax,
    connectionsPerPeerMax: connectionsPerAddressMax,
    onTurnedAway: () => metrics?.connectionsRefused.inc({ listener: 'sieve' }),
    onHandshakeFailed: () => telemetry?.log.debug('managesieve handshake failed'),
  })
}
