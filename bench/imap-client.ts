/** As much of an IMAP client as measuring needs: one command at a time, literals passed over. */
import { LineConnection } from './lines.ts'
import type { Endpoint, TargetUser } from './target.ts'

interface Running {
  readonly tag: string
  readonly resolve: (response: string) => void
  readonly reject: (error: Error) => void
}

export class ImapClient {
  /** Untagged lines, whenever they come. */
  onUntagged: (line: string) => void = () => undefined
  /** As the last EXISTS and EXPUNGE said. */
  exists = 0
  readonly #connection: LineConnection
  #running: Running | undefined
  #goOn: (() => void) | undefined
  #tags = 0
  #isGone: Error | undefined

  private constructor(at: Endpoint, isTls: boolean) {
    this.#connection = new LineConnection(at, { isTls, skipsLiterals: true })
    this.#connection.onLine = (line) => this.#hear(line)
    this.#connection.onEnd = (error) => {
      this.#isGone ??= error
      this.#running?.reject(error)
    }
  }

  static async signIn(at: Endpoint, user: TargetUser, isTls = false): Promise<ImapClient> {
    const client = new ImapClient(at, isTls)
    await client.#start('*')
    await client.must(`LOGIN "${user.user}" "${user.pass}"`)
    return client
  }

  /** @returns the tagged response without its tag. */
  command(text: string, literal?: Buffer): Promise<string> {
    const tag = `a${++this.#tags}`
    const { socket } = this.#connection
    if (literal === undefined) socket.write(`${tag} ${text}\r\n`)
    else {
      socket.cork()
      socket.write(`${tag} ${text} {${literal.length}+}\r\n`)
      socket.write(literal)
      socket.write('\r\n')
      socket.uncork()
    }
    return this.#start(tag)
  }

  /** One literal or several, of which `octets` has all that follows the length of the first. RFC 3502. */
  async mustRaw(text: string, firstOctets: number, octets: Buffer): Promise<void> {
    const tag = `a${++this.#tags}`
    const { socket } = this.#connection
    socket.cork()
    socket.write(`${tag} ${text} {${firstOctets}+}\r\n`)
    socket.write(octets)
    socket.write('\r\n')
    socket.uncork()
    const response = await this.#start(tag)
    if (!response.startsWith('OK')) throw new Error(`IMAP ${text}: ${response}`)
  }

  async must(text: string, literal?: Buffer): Promise<void> {
    const response = await this.command(text, literal)
    if (!response.startsWith('OK')) throw new Error(`IMAP ${text.slice(0, 40)}: ${response}`)
  }

  async messages(): Promise<number> {
    let count = 0
    const before = this.onUntagged
    this.onUntagged = (line) => {
      const found = /MESSAGES (\d+)/.exec(line)
      if (found !== null) count = Number(found[1])
    }
    await this.must('STATUS INBOX (MESSAGES)')
    this.onUntagged = before
    return count
  }

  /** Resolves when the server has agreed to idle; the connection stays so. RFC 9051 §6.3.13. */
  idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#goOn = resolve
    // It ends with the connection.
    this.command('IDLE').catch(() => undefined)
    return promise
  }

  destroy(): void {
    this.#connection.socket.destroy()
  }

  async logout(): Promise<void> {
    await this.must('LOGOUT')
    this.destroy()
  }

  #start(tag: string): Promise<string> {
    if (this.#isGone !== undefined) return Promise.reject(this.#isGone)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    this.#running = { tag, resolve, reject }
    return promise
  }

  #hear(line: string): void {
    const running = this.#running
    if (running !== undefined && line.startsWith(`${running.tag} `)) {
      this.#running = undefined
      running.resolve(line.slice(running.tag.length + 1))
    } else if (line.startsWith('* ')) this.#hearUntagged(line)
    else if (line.startsWith('+')) this.#goOn?.()
  }

  #hearUntagged(line: string): void {
    if (line.endsWith(' EXISTS')) this.exists = Number(line.split(' ', 2)[1])
    else if (line.endsWith(' EXPUNGE')) this.exists--
    this.onUntagged(line)
  }
}
