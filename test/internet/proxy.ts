/**
 * Somebody on the way who means harm: stands before a mail server and takes STARTTLS out, shows a
 * certificate of his own, delays, cuts and corrupts. One address for each; what it does can be changed.
 */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

export type Harm = 'none' | 'strip' | 'swap' | 'delay' | 'cut' | 'cut-late' | 'corrupt'

export interface HostileOptions {
  readonly address: string
  readonly upstream: string
  readonly key: string
  readonly cert: string
}

const smtpPort = 25
const delayMs = 400
/** Octets from the client after which it cuts or corrupts: within TLS, within the content. */
const harmAfterOctets = 3_000

export class HostileProxy implements AsyncDisposable {
  harm: Harm = 'none'
  /** Content that passed in clear, so that a test sees that the proxy would have read it. */
  clear = ''
  readonly #options: HostileOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(options: HostileOptions) {
    this.#options = options
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async start(options: HostileOptions): Promise<HostileProxy> {
    const proxy = new HostileProxy(options)
    proxy.#server.listen(smtpPort, options.address)
    await once(proxy.#server, 'listening')
    return proxy
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(client: Socket): void {
    const server = connect(smtpPort, this.#options.upstream)
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => this.#end(client, server))
      socket.on('close', () => this.#end(client, server))
    }
    const { harm } = this
    if (harm === 'none' || harm === 'corrupt' || harm === 'cut') this.#pass(harm, client, server)
    else if (harm === 'delay') this.#passSlowly(client, server)
    else this.#talk(harm, client, server)
  }

  #end(...sockets: readonly Socket[]): void {
    for (const socket of sockets) {
      this.#sockets.delete(socket)
      socket.destroy()
    }
  }

  #pass(harm: 'none' | 'corrupt' | 'cut', client: Socket, server: Socket): void {
    let octets = 0
    server.pipe(client)
    client.on('data', (chunk: Buffer) => {
      octets += chunk.length
      if (harm === 'cut' && octets > harmAfterOctets) return this.#end(client, server)
      if (harm === 'corrupt' && octets > harmAfterOctets) chunk[chunk.length >> 1] = 0x21
      server.write(chunk)
    })
    client.on('end', () => server.end())
  }

  #passSlowly(client: Socket, server: Socket): void {
    const later = (to: Socket) => (chunk: Buffer) => void setTimeout(() => to.write(chunk), delayMs)
    client.on('data', later(server))
    server.on('data', later(client))
  }

  /** Line by line, in clear on both sides or in a TLS of its own towards the client. */
  #talk(harm: 'strip' | 'swap' | 'cut-late', client: Socket, server: Socket): void {
    let side: Socket = client
    let isEnding = false
    const fromClient = (chunk: Buffer): void => {
      const text = chunk.toString('latin1')
      if (/^STARTTLS\r\n/i.test(text)) {
        if (harm !== 'swap') return void side.write('502 5.5.1 not here\r\n')
        side.write('220 2.0.0 go ahead\r\n')
        client.removeAllListeners('data')
        const { key, cert } = this.#options
        side = new TLSSocket(client, { isServer: true, key, cert })
        side.on('error', () => this.#end(client, server))
        side.on('data', fromClient)
        return
      }
      this.clear += text
      // The last line may come by itself.
      isEnding ||= this.clear.endsWith('\r\n.\r\n')
      server.write(chunk)
    }
    client.on('data', fromClient)
    server.on('data', (chunk: Buffer) => {
      // The other side has it, and we shall not hear of it.
      if (harm === 'cut-late' && isEnding) return this.#end(client, server)
      const text = chunk.toString('latin1')
      side.write(harm === 'swap' && side === client ? text : withoutStartTls(text), 'latin1')
    })
  }
}

function withoutStartTls(text: string): string {
  const lines = text.split('\r\n').filter((line) => !/^250[ -]STARTTLS/i.test(line))
  const last = lines.findLastIndex((line) => line.startsWith('250-'))
  // Where the line that was taken out was the last one, the one before it is.
  if (last >= 0 && !lines.some((line) => line.startsWith('250 ')))
    lines[last] = (lines[last] ?? '').replace('250-', '250 ')
  return lines.join('\r\n')
}
