/**
 * Plays a written SMTP session against a server. A file is lines: `C: …` is sent with CRLF, `S: …`
 * is expected, with `/regular expressions/` within; `TLS` begins a handshake, `END` expects the
 * server to hang up, `#` is a comment. Consecutive `C:` lines leave in one write.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { connect as connectTls } from 'node:tls'

export class SmtpClient implements AsyncDisposable {
  #socket: Socket
  #received = ''
  #hasEnded = false
  #wake: (() => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#listen()
  }

  static async connect(port: number, host = '127.0.0.1'): Promise<SmtpClient> {
    const socket = connect({ port, host, allowHalfOpen: true, noDelay: true })
    await once(socket, 'connect')
    return new SmtpClient(socket)
  }

  static async connectTls(port: number): Promise<SmtpClient> {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return new SmtpClient(socket)
  }

  get socket(): Socket {
    return this.#socket
  }

  /** Octets received and not read by a call. */
  get unread(): string {
    return this.#received
  }

  send(octets: string | Buffer): void {
    this.#socket.write(octets)
  }

  /** One line without its CRLF, or undefined when the server has hung up. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#received.indexOf('\r\n')
      if (end !== -1) {
        const line = this.#received.slice(0, end)
        this.#received = this.#received.slice(end + 2)
        return line
      }
      if (this.#hasEnded) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** One reply, its lines joined by `\n`. */
  async reply(): Promise<string> {
    const lines: string[] = []
    for (;;) {
      const line = await this.line()
      assert.ok(line !== undefined, `the server hung up after ${JSON.stringify(lines)}`)
      lines.push(line)
      if (line[3] !== '-') return lines.join('\n')
    }
  }

  /** Sends a command and reads its reply. */
  ask(command: string): Promise<string> {
    this.send(`${command}\r\n`)
    return this.reply()
  }

  async startTls(): Promise<void> {
    this.#socket.removeAllListeners('data')
    this.#socket.removeAllListeners('end')
    const secured = connectTls({ socket: this.#socket, rejectUnauthorized: false })
    await once(secured, 'secureConnect')
    this.#socket = secured
    this.#listen()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#socket.closed ? undefined : once(this.#socket, 'close')
    this.#socket.destroy()
    await closed
  }

  #listen(): void {
    const end = (): void => {
      this.#hasEnded = true
      this.#wake?.()
    }
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString()
      this.#wake?.()
    })
    this.#socket.on('end', end)
    this.#socket.on('close', end)
    this.#socket.on('error', end)
  }
}

export async function playSession(client: SmtpClient, text: string): Promise<void> {
  let batch = ''
  for (const [index, line] of text.split('\n').entries()) {
    const place = `line ${index + 1}: ${line}`
    if (line.startsWith('C: ') || line === 'C:') {
      batch += `${line.slice(3)}\r\n`
      continue
    }
    if (batch !== '') client.send(batch)
    batch = ''
    if (line.startsWith('S: ')) assertLine(await client.line(), line.slice(3), place)
    else if (line === 'TLS') await client.startTls()
    else if (line === 'END') assert.equal(await client.line(), undefined, place)
    else assert.ok(line === '' || line.startsWith('#'), `${place}: not understood`)
  }
}

function assertLine(got: string | undefined, wanted: string, place: string): void {
  const parts = wanted.split(/\/((?:[^/\\]|\\.)+)\//)
  const pattern = parts
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('')
  assert.match(got ?? '(the server hung up)', new RegExp(`^${pattern}$`), place)
}
