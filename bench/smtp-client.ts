/** As much of an SMTP client as sends mail in a pipeline. RFC 5321, RFC 2920. */
import { LineConnection } from './lines.ts'
import type { Endpoint } from './target.ts'

interface Waiting {
  readonly code: string
  readonly resolve: (line: string) => void
  readonly reject: (error: Error) => void
}

export class SmtpClient {
  readonly #connection: LineConnection
  readonly #waiting: Waiting[] = []
  #isGone: Error | undefined

  private constructor(at: Endpoint) {
    this.#connection = new LineConnection(at, { isTls: false, skipsLiterals: false })
    this.#connection.onLine = (line) => this.#hear(line)
    this.#connection.onEnd = (error) => {
      this.#isGone ??= error
      for (const { reject } of this.#waiting.splice(0)) reject(error)
    }
  }

  static async connect(at: Endpoint): Promise<SmtpClient> {
    const client = new SmtpClient(at)
    await client.#reply('220')
    client.#connection.socket.write('EHLO client.sender.example\r\n')
    await client.#reply('250')
    return client
  }

  /** Resolves with the 250 to the content. */
  async send(recipients: readonly string[], message: readonly Buffer[]): Promise<void> {
    const { socket } = this.#connection
    const rcpts = recipients.map((each) => `RCPT TO:<${each}>\r\n`).join('')
    socket.write(`MAIL FROM:<sender@sender.example>\r\n${rcpts}DATA\r\n`)
    const replies = [this.#reply('250'), ...recipients.map(() => this.#reply('250'))]
    await Promise.all([...replies, this.#reply('354')])
    socket.cork()
    for (const octets of message) socket.write(octets)
    socket.write('.\r\n')
    socket.uncork()
    await this.#reply('250')
  }

  async quit(): Promise<void> {
    this.#connection.socket.write('QUIT\r\n')
    await this.#reply('221')
    this.#connection.socket.destroy()
  }

  /** The next reply, which must begin with this code. */
  #reply(code: string): Promise<string> {
    if (this.#isGone !== undefined) return Promise.reject(this.#isGone)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    this.#waiting.push({ code, resolve, reject })
    return promise
  }

  #hear(line: string): void {
    if (line[3] === '-') return
    const next = this.#waiting.shift()
    if (next === undefined) return
    if (line.startsWith(next.code)) next.resolve(line)
    else next.reject(new Error(`SMTP: ${line}`))
  }
}
