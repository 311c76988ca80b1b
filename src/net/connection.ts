/** One accepted connection: its socket now, and the step from clear text to TLS. */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { handshakeTimeoutMs } from './limits.ts'
import { plainAddress } from './peer-address.ts'
import type { TlsSource } from './tls.ts'

/**
 * `implicit`: TLS from the first octet. `starttls`: clear until the client asks. `none`: clear
 * always, for measuring, on loopback only.
 */
export type TlsMode = 'implicit' | 'starttls' | 'none'

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string
  /** Name of RFC 8446 or RFC 5289: `TLS_AES_256_GCM_SHA384` */
  readonly cipher: string
}

const bindingLabel = 'EXPORTER-Channel-Binding'
const bindingOctets = 32

export class Connection {
  readonly mode: TlsMode
  readonly remoteAddress: string
  readonly #source: TlsSource | undefined
  readonly #plain: Socket
  #socket: Socket
  #tls: TlsFacts | undefined

  constructor(socket: Socket, mode: TlsMode, source: TlsSource | undefined) {
    this.mode = mode
    this.remoteAddress = plainAddress(socket.remoteAddress ?? '')
    this.#source = source
    this.#plain = socket
    this.#socket = socket
    // A peer that resets the connection is daily life: `close` follows and says all there is.
    socket.on('error', () => socket.destroy())
  }

  /** Where to read and write. Another one after `upgrade`: attach listeners anew. */
  get socket(): Socket {
    return this.#socket
  }

  get tls(): TlsFacts | undefined {
    return this.#tls
  }

  /**
   * What both ends of this TLS connection know and nobody else: tls-exporter, RFC 9266 §4.2.
   * Undefined below TLS 1.3, where it would need an extension that we cannot ask about.
   */
  get channelBinding(): (() => Buffer) | undefined {
    const socket = this.#socket
    if (!(socket instanceof TLSSocket) || this.#tls?.protocol !== 'TLSv1.3') return undefined
    return () => socket.exportKeyingMaterial(bindingOctets, bindingLabel, Buffer.alloc(0))
  }

  get canUpgrade(): boolean {
    return this.mode === 'starttls' && this.#tls === undefined
  }

  /**
   * STARTTLS: writes `reply` and goes on in TLS. Whatever the client sent in clear after its
   * command is thrown away, so that nothing injected before the handshake is read as if it came
   * after (RFC 3207 §4.2 and §6). The caller throws away what it holds itself, and stops listening
   * on the old socket before it calls. Rejects when the handshake fails.
   * @returns how many octets of clear text were discarded here.
   */
  async upgrade(reply: string): Promise<number> {
    const plain = this.#socket
    plain.removeAllListeners('data')
    plain.removeAllListeners('end')
    plain.pause()
    let discarded = 0
    // `read` answers null at the end; its type does not say so.
    for (;;) {
      const chunk = plain.read() as Buffer | null
      if (chunk === null) break
      discarded += chunk.length
    }
    plain.write(reply)
    await this.secure()
    return discarded
  }

  /** The server's side of a handshake, from this octet on. */
  async secure(): Promise<void> {
    if (this.#source === undefined) throw new Error('a connection without certificate')
    const plain = this.#socket
    const secured = new TLSSocket(plain, { isServer: true, secureContext: this.#source.context })
    this.#socket = secured
    const shaken = Promise.withResolvers<void>()
    let failure: Error | undefined
    const timeout = setTimeout(() => secured.destroy(), handshakeTimeoutMs).unref()
    secured.on('error', (error) => {
      failure ??= error
      secured.destroy()
    })
    const fail = (): void => shaken.reject(failure ?? new Error('closed during the handshake'))
    secured.once('close', fail)
    plain.once('close', () => secured.destroy())
    secured.once('secure', () => {
      secured.off('close', fail)
      shaken.resolve()
    })
    try {
      await shaken.promise
    } finally {
      clearTimeout(timeout)
    }
    this.#tls = { protocol: secured.getProtocol() ?? '', cipher: secured.getCipher().standardName }
  }

  /** Called once, when the connection is gone, in clear or in TLS. */
  onClose(listener: () => void): void {
    this.#plain.once('close', listener)
  }

  destroy(): void {
    this.#socket.destroy()
  }
}
