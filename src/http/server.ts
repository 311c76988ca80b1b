/** The HTTPS door: pages, health, metrics. RFC 9110, RFC 9112; TLS and limits from the room `net`. */
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { fastify, type FastifyInstance } from 'fastify'
import type { ListenAt } from '../net/listener.ts'
import { type BoundAddress, createListener } from '../net/listener.ts'
import type { TlsSource } from '../net/tls.ts'
import type { Telemetry } from '../telemetry/create-telemetry.ts'
import { addErrorHandlers } from './errors.ts'
import { addFrontPage, type MailSettings } from './front-page.ts'
import { type Checks, addHealth } from './health.ts'
import {
  bodyOctetsMax,
  connectionsMax,
  connectionsPerPeerMax,
  headerOctetsMax,
  headerTimeoutMs,
  keepAliveTimeoutMs,
  pathPartMax,
  requestTimeoutMs,
} from './limits.ts'
import { addMetrics } from './metrics.ts'
import { addTlsReports, type TlsReports } from './tls-report.ts'
import { addStsPolicy, type StsPolicyOf } from './mta-sts.ts'
import { addFoundingPage } from './founding/routes.ts'
import type { Founding } from './founding/port.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { addWebMail } from './web-mail.ts'

export interface HttpServerOptions {
  readonly listen: Pick<ListenAt, 'host' | 'port'>
  readonly tls: TlsSource
  readonly telemetry: Telemetry
  readonly checks: Checks
  readonly settings: MailSettings
  readonly mayReadMetrics: (remoteAddress: string) => boolean
  /** Prometheus' text. */
  readonly readMetrics: () => Promise<string>
  readonly founding: Founding
  /** The folder of the bundled web mail; none is served when undefined. */
  readonly webMail?: string
  /** What we say of our own mail servers to other systems. */
  readonly stsPolicyOf: StsPolicyOf
  /** What other systems tell us of them; nowhere to tell it when undefined. */
  readonly tlsReports?: TlsReports
  /** Other doors that speak HTTP put their routes here, under a prefix of their own. */
  readonly mount?: (app: FastifyInstance) => void
}

export interface HttpServer extends AsyncDisposable {
  readonly address: BoundAddress
}

/** Resolves once the port is bound. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { app, server } = createApp(options)
  await app.ready()
  // Node times requests out and tracks idle connections only on a server that says it listens; the
  // sockets come from our own listener, which shakes hands with the current certificate.
  server.emit('listening')
  const listener = await createListener({
    listen: [{ ...options.listen, tls: 'implicit' }],
    tls: options.tls,
    connectionsMax,
    connectionsPerPeerMax,
    onConnection: ({ socket }) => {
      server.emit('connection', socket)
      return { finish: () => endWhenIdle(server, socket) }
    },
  })
  const [address] = listener.addresses
  if (address === undefined) throw new Error('the listener has no address')
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      await listener.close()
      await app.close()
      server.close()
    },
  }
}

function createApp(options: HttpServerOptions): { app: FastifyInstance; server: Server } {
  const server = createServer({
    maxHeaderSize: headerOctetsMax,
    requestTimeout: requestTimeoutMs,
    headersTimeout: headerTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    noDelay: true,
    // Whatever else a client would rather speak, it is answered in HTTP.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  })
  const app = fastify({
    logger: false,
    bodyLimit: bodyOctetsMax,
    routerOptions: { maxParamLength: pathPartMax },
    serverFactory: (handler) => server.on('request', handler),
  })
  const { log, metrics } = options.telemetry
  addSecurityHeaders(app, options.settings.hostname)
  addErrorHandlers(app, log, metrics)
  addStsPolicy(app, options.stsPolicyOf)
  if (options.tlsReports !== undefined) addTlsReports(app, options.tlsReports)
  addHealth(app, options.checks, log)
  addMetrics(app, { read: options.readMetrics, mayRead: options.mayReadMetrics })
  addFrontPage(app, options.settings)
  addFoundingPage(app, options.founding)
  if (options.webMail !== undefined) addWebMail(app, options.webMail)
  options.mount?.(app)
  return { app, server }
}

/** A request in hand is answered; its connection is closed by the listener's grace at the latest. */
function endWhenIdle(server: Server, socket: Socket): void {
  server.closeIdleConnections()
  if (socket.bytesRead === 0) socket.destroy()
}
