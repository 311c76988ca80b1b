/**
 * What every mail door shares: accepting connections within limits, TLS from the first octet or on
 * request (RFC 8314 §3, RFC 3207, RFC 9051 §6.2.1), and closing without cutting anybody off.
 */
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import { Connection, type TlsMode } from './connection.ts'
import {
  backlogMax,
  closeGraceMs,
  connectionsMax,
  connectionsPerPeerMax,
  keepAliveAfterMs,
} from './limits.ts'
import { isLoopback, peerKey, plainAddress } from './peer-address.ts'
import type { TlsSource } from './tls.ts'

export interface ListenAt {
  /** An IP address or a name that resolves to one; `::` is every address. */
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly tls: TlsMode
}

/** A session as the listener knows it. */
export interface ListenerSession {
  /** The server is closing: say goodbye and end the socket as soon as the work in hand is done. */
  finish(): void
}

export type TurnedAway = 'too-many-connections' | 'too-many-from-peer' | 'rate' | 'closing'

export interface ListenerOptions {
  readonly listen: readonly ListenAt[]
  /** Needed unless every entry is `none`. */
  readonly tls: TlsSource | undefined
  /** Called once a connection may talk: after the handshake where TLS is implicit. */
  readonly onConnection: (connection: Connection) => ListenerSession
  /** Asked for each connection, after the counts: false turns it away. */
  readonly admit?: (remoteAddress: string) => boolean
  /** Asked for each connection: true turns it away, and what is open goes on. */
  readonly isDrained?: () => boolean
  /** What a peer hears in clear before it is turned away; `implicit` peers hear nothing. */
  readonly farewell?: string
  readonly onTurnedAway?: (reason: TurnedAway, remoteAddress: string) => void
  readonly onHandshakeFailed?: (error: Error | undefined, remoteAddress: string) => void
  readonly connectionsMax?: number
  readonly connectionsPerPeerMax?: number
  readonly closeGraceMs?: number
  /** The session ends its own side after the peer's (`end` event). Default false. */
  readonly allowHalfOpen?: boolean
}

export interface BoundAddress {
  readonly host: string
  readonly port: number
  readonly tls: TlsMode
}

export interface Listener extends AsyncDisposable {
  /** In the order of `listen`. */
  readonly addresses: readonly BoundAddress[]
  readonly connections: number
  /** Stops accepting, tells every session to finish, destroys what is left after the grace. */
  close(): Promise<void>
}

/** Resolves once every address is bound; when one cannot be, none is, and it rejects. */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  for (const { tls, host } of options.listen) {
    if (tls === 'none' && !isLoopback(host)) {
      throw new Error(`a listener without TLS is for loopback only, not for ${host}`)
    }
    if (tls !== 'none' && options.tls === undefined) {
      throw new Error(`the listener on ${host} needs a certificate`)
    }
  }
  const listener = new SharedListener(options)
  try {
    for (const at of options.listen) await listener.bind(at)
  } catch (error) {
    await listener.close()
    throw error
  }
  return listener
}

class SharedListener implements Listener {
  readonly #options: ListenerOptions
  readonly #servers: Server[] = []
  readonly #addresses: BoundAddress[] = []
  readonly #open = new Map<Connection, ListenerSession | undefined>()
  readonly #perPeer = new Map<string, number>()
  #isClosing = false
  #onEmpty: (() => void) | undefined

  constructor(options: ListenerOptions) {
    this.#options = options
  }

  get addresses(): readonly BoundAddress[] {
    return this.#addresses
  }

  get connections(): number {
    return this.#open.size
  }

  async bind({ host, port, tls }: ListenAt): Promise<void> {
    const server = createServer(
      {
        allowHalfOpen: this.#options.allowHalfOpen ?? false,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: keepAliveAfterMs,
      },
      (socket) => this.#accept(socket, tls),
    )
    const bound = Promise.withResolvers<void>()
    server.once('error', bound.reject)
    server.listen({ host, port, backlog: backlogMax }, bound.resolve)
    await bound.promise
    server.off('error', bound.reject)
    // Running out of descriptors while accepting must not end the node; the peer tries again.
    server.on('error', () => this.#options.onTurnedAway?.('too-many-connections', ''))
    this.#servers.push(server)
    // A TCP server's address is never the string of a pipe.
    const address = server.address() as AddressInfo
    this.#addresses.push({ host: address.address, port: address.port, tls })
  }

  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true
      for (const server of this.#servers) server.close()
    }
    for (const session of this.#open.values()) session?.finish()
    for (const [connection, session] of this.#open) {
      if (session === undefined) connection.destroy()
    }
    if (this.#open.size === 0) return
    const empty = Promise.withResolvers<void>()
    const earlier = this.#onEmpty
    this.#onEmpty = () => {
      earlier?.()
      empty.resolve()
    }
    const grace = setTimeout(() => {
      for (const connection of this.#open.keys()) connection.destroy()
    }, this.#options.closeGraceMs ?? closeGraceMs)
    await empty.promise
    clearTimeout(grace)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #accept(socket: Socket, mode: TlsMode): void {
    const remoteAddress = plainAddress(socket.remoteAddress ?? '')
    const key = peerKey(remoteAddress)
    const reason = this.#reasonToTurnAway(remoteAddress, key)
    if (reason !== undefined) {
      this.#turnAway(socket, mode, reason)
      return
    }
    this.#perPeer.set(key, (this.#perPeer.get(key) ?? 0) + 1)
    const connection = new Connection(socket, mode, this.#options.tls)
    this.#open.set(connection, undefined)
    // The plain socket under TLS closes with it, so one listener serves both.
    socket.once('close', () => this.#forget(connection, key))
    if (mode !== 'implicit') {
      this.#start(connection)
      return
    }
    connection.secure().then(
      () => this.#start(connection),
      (error: Error) => this.#options.onHandshakeFailed?.(error, remoteAddress),
    )
  }

  #start(connection: Connection): void {
    if (!this.#open.has(connection)) return
    const session = this.#options.onConnection(connection)
    this.#open.set(connection, session)
    if (this.#isClosing) session.finish()
  }

  #reasonToTurnAway(remoteAddress: string, key: string): TurnedAway | undefined {
    const { connectionsMax: all, connectionsPerPeerMax: each, admit } = this.#options
    if (this.#isClosing || this.#options.isDrained?.() === true) return 'closing'
    if (this.#open.size >= (all ?? connectionsMax)) return 'too-many-connections'
    if ((this.#perPeer.get(key) ?? 0) >= (each ?? connectionsPerPeerMax)) {
      return 'too-many-from-peer'
    }
    return admit === undefined || admit(remoteAddress) ? undefined : 'rate'
  }

  #turnAway(socket: Socket, mode: TlsMode, reason: TurnedAway): void {
    this.#options.onTurnedAway?.(reason, plainAddress(socket.remoteAddress ?? ''))
    socket.on('error', () => socket.destroy())
    if (mode === 'implicit' || this.#options.farewell === undefined) {
      socket.destroy()
      return
    }
    socket.end(this.#options.farewell, () => socket.destroySoon())
    socket.resume()
  }

  #forget(connection: Connection, key: string): void {
    this.#open.delete(connection)
    const left = (this.#perPeer.get(key) ?? 1) - 1
    if (left > 0) this.#perPeer.set(key, left)
    else this.#perPeer.delete(key)
    if (this.#open.size === 0) this.#onEmpty?.()
  }
}
