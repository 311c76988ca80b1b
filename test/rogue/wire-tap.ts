/** A listener in front of a listener that passes everything on and keeps what it saw, both ways. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export class WireTap implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #seen: Buffer[] = []

  private constructor(port: number) {
    this.#server = createServer((near) => this.#join(near, connect(port, '127.0.0.1')))
  }

  static async before(port: number): Promise<WireTap> {
    const tap = new WireTap(port)
    tap.#server.listen(0, '127.0.0.1')
    await once(tap.#server, 'listening')
    return tap
  }

  get port(): number {
    // Listening on TCP: an address with a port.
    return (this.#server.address() as AddressInfo).port
  }

  get seen(): Buffer {
    return Buffer.concat(this.#seen)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.on('data', (octets: Buffer) => this.#seen.push(octets))
      from.on('close', () => this.#sockets.delete(from))
      // One end that breaks off ends the other: that is all a wire can tell.
      from.on('error', () => to.destroy())
      from.pipe(to)
    }
  }
}
