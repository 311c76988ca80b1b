/**
 * Another system's mail server as a script: says what it is told to say and keeps what it hears. It
 * stands for the far network, of which there is none in a test.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

export interface FarServerOptions {
  readonly extensions?: readonly string[]
  /** Said instead of 250, by the command as it was written. */
  readonly refuse?: Readonly<Record<string, string>>
  /** `220` instead of it; anything else ends the session. */
  readonly greeting?: string
  /** STARTTLS is answered with octets that are no TLS. */
  readonly hasBrokenTls?: boolean
  /** STARTTLS works, with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** The connection is cut when the end of data was heard, before the reply. */
  readonly cutsAfterData?: boolean
}

export interface Heard {
  readonly isTls: boolean
  readonly mail: string
  readonly recipients: readonly string[]
  readonly content: string
}

export class FarServer implements AsyncDisposable {
  readonly heard: Heard[] = []
  sessions = 0
  readonly #options: FarServerOptions
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #open = new Set<FarSession>()

  private constructor(options: FarServerOptions) {
    this.#options = options
    this.#server = createServer((socket) => this.#serve(socket))
  }

  static async start(options: FarServerOptions = {}): Promise<FarServer> {
    const far = new FarServer(options)
    far.#server.listen(0, '127.0.0.1')
    await once(far.#server, 'listening')
    return far
  }

  get port(): number {
    // Listening on TCP: an address with a port.
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(socket: Socket): void {
    this.sessions++
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    this.#open.add(new FarSession(socket, this.#options, this.heard))
  }
}

class FarSession {
  #socket: Socket
  readonly #options: FarServerOptions
  readonly #heard: Heard[]
  /** Of a line that has not ended. */
  #rest = ''
  #mail = ''
  #recipients: string[] = []
  /** Lines of the content while it comes. */
  #content: string[] | undefined

  constructor(socket: Socket, options: FarServerOptions, heard: Heard[]) {
    this.#socket = socket
    this.#options = options
    this.#heard = heard
    socket.on('data', this.#take)
    this.#say(options.greeting ?? '220 far.example ESMTP')
  }

  readonly #take = (octets: Buffer): void => {
    const lines = `${this.#rest}${octets.toString()}`.split(/\r?\n/)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.hear(line)
  }

  #startTls(): void {
    const { tls, hasBrokenTls = false } = this.#options
    if (tls === undefined && !hasBrokenTls) return this.#say('502 5.5.1 no such command')
    if (tls === undefined) return this.#say('220 go ahead\r\nthis is no TLS')
    this.#say('220 go ahead')
    this.#socket.off('data', this.#take)
    const secured = new TLSSocket(this.#socket, { isServer: true, ...tls })
    secured.on('error', () => secured.destroy())
    secured.on('data', this.#take)
    this.#socket = secured
  }

  hear(line: string): void {
    if (this.#content !== undefined) return this.#takeContent(this.#content, line)
    const refusal = this.#options.refuse?.[line]
    if (refusal !== undefined) return this.#say(refusal)
    const verb = /^[a-z]+/i.exec(line)?.[0].toUpperCase() ?? ''
    this.#verbs[verb]?.(line)
    if (this.#verbs[verb] === undefined) this.#say('250 2.0.0 ok')
  }

  readonly #verbs: Readonly<Record<string, (line: string) => void>> = {
    EHLO: () => this.#say(this.#greetBack()),
    STARTTLS: () => this.#startTls(),
    MAIL: (line) => {
      this.#mail = line.slice('MAIL FROM:'.length)
      this.#recipients = []
      this.#say('250 2.1.0 ok')
    },
    RCPT: (line) => {
      this.#recipients.push(line.slice('RCPT TO:'.length))
      this.#say('250 2.1.5 ok')
    },
    DATA: () => {
      if (this.#recipients.length === 0) return this.#say('554 5.5.1 no valid recipients')
      this.#content = []
      this.#say('354 go on')
    },
    QUIT: () => this.#socket.end('221 2.0.0 bye\r\n'),
  }

  #takeContent(content: string[], line: string): void {
    if (line !== '.') return void content.push(line.replace(/^\./, ''))
    this.#content = undefined
    if (this.#options.cutsAfterData === true) return void this.#socket.destroy()
    const [mail, recipients] = [this.#mail, this.#recipients]
    const isTls = this.#socket instanceof TLSSocket
    this.#heard.push({ isTls, mail, recipients, content: `${content.join('\r\n')}\r\n` })
    this.#say('250 2.0.0 taken')
  }

  #say(text: string): void {
    this.#socket.write(`${text}\r\n`)
  }

  #greetBack(): string {
    const { extensions = [], hasBrokenTls = false, tls } = this.#options
    const isOffered = hasBrokenTls || (tls !== undefined && !(this.#socket instanceof TLSSocket))
    const words = ['far.example', ...extensions, ...(isOffered ? ['STARTTLS'] : [])]
    return words.map((word, at) => `250${at === words.length - 1 ? ' ' : '-'}${word}`).join('\r\n')
  }
}
