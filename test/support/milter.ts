/** The mail server's side of the milter protocol (version 6), as much of it as shows one message to one filter. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface ShownMessage {
  readonly remoteAddress: string
  readonly heloName: string
  readonly reversePath: string
  readonly forwardPath: string
  readonly message: Buffer
}

export interface MilterAnswer {
  /** `accept` `continue` `reject` `discard` `tempfail` or a reply such as `550 5.7.1 …`. */
  readonly verdict: string
  /** Why it is to be kept back. */
  readonly quarantine: string | undefined
  readonly fields: readonly (readonly [name: string, value: string])[]
}

const verdicts: Readonly<Record<string, string>> = {
  a: 'accept',
  c: 'continue',
  d: 'discard',
  r: 'reject',
  t: 'tempfail',
}

export async function showToMilter(socketPath: string, shown: ShownMessage): Promise<MilterAnswer> {
  const { remoteAddress, heloName, reversePath, forwardPath, message } = shown
  const socket = connect(socketPath)
  await once(socket, 'connect')
  try {
    const line = new Line(socket)
    // Version 6, every change may be asked for, no step is left out: each is answered.
    await line.ask('O', Buffer.from([0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0, 0, 0]))
    const [header = '', body = ''] = splitOnce(message.toString('latin1'), '\r\n\r\n')
    const steps: readonly (readonly [command: string, data: Buffer])[] = [
      ['C', words('mail.example.net', `4\0\x19${remoteAddress}`)],
      ['H', words(heloName)],
      ['M', words(`<${reversePath}>`)],
      ['R', words(`<${forwardPath}>`)],
      ...header
        .split(/\r\n(?![ \t])/)
        .map((field) => ['L', words(...splitOnce(field, ':'))] as const),
      ['N', Buffer.alloc(0)],
      ['B', Buffer.from(body, 'latin1')],
    ]
    for (const [command, data] of steps) {
      if (command === 'M') line.tell('D', words('Mi', 'queue-id'))
      const { verdict } = await line.ask(command, data)
      if (verdict !== 'continue') return { verdict, quarantine: undefined, fields: [] }
    }
    return await line.ask('E', Buffer.alloc(0))
  } finally {
    socket.destroy()
  }
}

function splitOnce(text: string, at: string): string[] {
  const place = text.indexOf(at)
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + at.length)]
}

function words(...all: readonly string[]): Buffer {
  return Buffer.from(all.map((word) => `${word}\0`).join(''), 'latin1')
}

class Line {
  readonly #socket: Socket
  readonly #chunks: AsyncIterator<Buffer>
  #received = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    this.#chunks = socket.iterator()
  }

  tell(command: string, data: Buffer): void {
    const head = Buffer.alloc(5)
    head.writeUInt32BE(data.length + 1)
    head.write(command, 4, 'latin1')
    this.#socket.write(Buffer.concat([head, data]))
  }

  /** What it wants changed comes before its verdict. */
  async ask(command: string, data: Buffer): Promise<MilterAnswer> {
    this.tell(command, data)
    let quarantine: string | undefined
    const fields: (readonly [string, string])[] = []
    for (;;) {
      const packet = await this.#packet()
      const [kind, said] = [packet.toString('latin1', 0, 1), packet.toString('latin1', 1)]
      const verdict = kind === 'y' ? said.replace(/\0$/, '') : verdicts[kind]
      if (verdict !== undefined) return { verdict, quarantine, fields }
      if (kind === 'O') return { verdict: 'continue', quarantine, fields }
      if (kind === 'q') quarantine = said.replace(/\0$/, '')
      // A field that is put in has its place before it, four octets.
      const [name = '', value = ''] = (kind === 'i' ? said.slice(4) : said).split('\0')
      if (kind === 'h' || kind === 'i') fields.push([name, value.trim()])
    }
  }

  async #packet(): Promise<Buffer> {
    for (;;) {
      const length = this.#received.length < 4 ? Infinity : this.#received.readUInt32BE(0)
      if (this.#received.length >= 4 + length) {
        const packet = this.#received.subarray(4, 4 + length)
        this.#received = this.#received.subarray(4 + length)
        return packet
      }
      const { value, done = false } = await this.#chunks.next()
      if (done) throw new Error('the filter hung up')
      this.#received = Buffer.concat([this.#received, value])
    }
  }
}
