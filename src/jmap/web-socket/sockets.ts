/**
 * WebSockets are opened: who asks, in which subprotocol, and from which page. RFC 8887 §4.1, RFC 6455 §4.2. What a
 * browser cannot say in a handshake (a field of ours) its Origin has to say.
 */
import { STATUS_CODES, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { WebSocketServer } from 'ws'
import { isRefusal } from '../../base/refusal.ts'
import type { Requests } from '../core/answer-requests.ts'
import { webSocketPath } from '../core/session.ts'
import type { SignIns } from '../core/sign-ins.ts'
import { sizeRequestMax, webSocketsMax } from '../limits.ts'
import type { JmapParts } from '../ports.ts'
import { closeCodes, Connection } from './connection.ts'

const subprotocol = 'jmap'

export interface WebSocketsOptions {
  readonly parts: JmapParts
  readonly requests: Requests
  readonly signIns: SignIns
  /** What a refusal is in HTTP. */
  readonly statusOf: (error: unknown) => number
}

export class WebSockets implements Disposable {
  readonly #options: WebSocketsOptions
  readonly #connections = new Set<Connection>()
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Compressed, a secret of ours and a text of a stranger could be told by their length.
    perMessageDeflate: false,
    maxPayload: sizeRequestMax,
    handleProtocols: () => subprotocol,
  })

  constructor(options: WebSocketsOptions) {
    this.#options = options
  }

  listenOn({ server }: FastifyInstance): void {
    server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head))
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    try {
      const status = this.#refusalOf(request)
      if (status === undefined) await this.#open(request, socket, head)
      else refuse(socket, status)
    } catch (error) {
      if (!isRefusal(error))
        this.#options.parts.log.error('request failed', error, { door: 'jmap' })
      refuse(socket, this.#options.statusOf(error))
    }
  }

  /** Before anything is asked of anybody. */
  #refusalOf({ url, headers }: IncomingMessage): number | undefined {
    if (url?.split('?')[0] !== webSocketPath) return 404
    const offered = headers['sec-websocket-protocol']?.split(',').map((each) => each.trim())
    return offered?.includes(subprotocol) === true ? undefined : 400
  }

  async #open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { parts, requests, signIns } = this.#options
    const remoteAddress = request.socket.remoteAddress ?? ''
    const shown = { headers: request.headers, ip: remoteAddress }
    const principal = await signIns.principalOfSocket(shown)
    const mine = [...this.#connections].filter((each) => each.principal.id === principal.id)
    if (mine.length >= webSocketsMax) return refuse(socket, 429)
    if (socket.destroyed) return undefined
    return this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection({
        parts,
        requests,
        webSocket,
        // An HTTP server upgrades nothing else.
        socket: socket as Socket,
        principal,
        remoteAddress,
        signInAgain: () => signIns.principalOfSocket(shown),
      })
      this.#connections.add(connection)
      connection.onEnd(() => this.#connections.delete(connection))
    })
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.end(closeCodes.goingAway)
    this.#server.close()
  }
}

/** RFC 6455 §4.2.2: an answer of HTTP, and no connection. */
function refuse(socket: Duplex, status: number): void {
  const challenge =
    status === 401 ? 'WWW-Authenticate: Basic realm="Tamar", charset="UTF-8"\r\n' : ''
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${challenge}` +
      'Connection: close\r\nContent-Length: 0\r\n\r\n',
  )
}
