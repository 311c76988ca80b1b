/**
 * Plays a session written as text against a server, whatever its line protocol:
 *
 *     # a comment
 *     C: a1 SELECT INBOX            sent with CRLF; `C2:` is another connection, opened when first named
 *     S: * OK [UIDVALIDITY /(?<v>\d+)/] UIDs are valid
 *     S: ...                        any lines until one matches what follows
 *     C: a2 STATUS INBOX ({v})      what was captured by name before
 *     S: (closed)                   the server ends the connection
 *     C: (close)                    the client does
 *
 * A part between slashes is a regular expression; a slash within a word or quotes is itself.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'

export interface TranscriptOptions {
  /** Opens the connection of that number, as a stream of octets. */
  readonly connect: (name: string) => Promise<Socket> | Socket
  readonly variables?: Readonly<Record<string, string>>
  /** A line that does not come within this time fails the test. */
  readonly patienceMs?: number
}

export async function runTranscript(text: string, options: TranscriptOptions): Promise<void> {
  const peers = new Map<string, Peer>()
  const variables = new Map(Object.entries(options.variables ?? {}))
  const lines = text.split('\n')
  try {
    for (const [at, line] of lines.entries()) {
      const step = /^([CS])(\d*): ?(.*)$/.exec(line)
      if (step === null) {
        assert.match(line, /^(?:#.*|\s*)$/, `line ${at + 1} is no step: ${line}`)
        continue
      }
      const [, side, name = '', said = ''] = step
      let peer = peers.get(name)
      if (peer === undefined) {
        peer = new Peer(await options.connect(name), options.patienceMs ?? 10_000)
        peers.set(name, peer)
      }
      const where = `line ${at + 1}: ${line}`
      if (side === 'C') peer.send(said, variables)
      else await peer.expect(said, variables, where)
    }
    for (const [name, peer] of peers) peer.checkAllHeard(name)
  } finally {
    for (const peer of peers.values()) peer.close()
  }
}

class Peer {
  readonly #socket: Socket
  readonly #patienceMs: number
  #waiting = ''
  #isEnded = false
  #skips = false
  #wake: (() => void) | undefined

  constructor(socket: Socket, patienceMs: number) {
    this.#socket = socket
    this.#patienceMs = patienceMs
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      this.#waiting += chunk
      this.#wake?.()
    })
    socket.on('close', () => {
      this.#isEnded = true
      this.#wake?.()
    })
    socket.on('error', () => socket.destroy())
  }

  send(said: string, variables: ReadonlyMap<string, string>): void {
    if (said === '(close)') this.#socket.destroy()
    else this.#socket.write(`${filled(said, variables)}\r\n`)
  }

  async expect(said: string, variables: Map<string, string>, where: string): Promise<void> {
    if (said === '...') {
      this.#skips = true
      return
    }
    if (said === '(closed)') {
      if (!this.#isEnded) await this.#more(where)
      assert.deepEqual([this.#waiting, this.#isEnded], ['', true], where)
      return
    }
    const wanted = patternOf(filled(said, variables))
    const skipped: string[] = []
    for (;;) {
      const line = await this.#line(`${where}\nskipped: ${skipped.join('\n')}`)
      const match = wanted.exec(line)
      if (match === null && this.#skips) {
        skipped.push(line)
        continue
      }
      assert.ok(match, `${where}\nheard:  ${line}\n${skipped.join('\n')}`)
      for (const [key, value] of Object.entries(match.groups ?? {})) variables.set(key, value)
      this.#skips = false
      return
    }
  }

  checkAllHeard(name: string): void {
    if (!this.#skips) assert.equal(this.#waiting, '', `connection ${name} said more`)
  }

  close(): void {
    this.#socket.destroy()
  }

  async #line(where: string): Promise<string> {
    for (;;) {
      const end = this.#waiting.indexOf('\r\n')
      if (end >= 0) {
        const line = this.#waiting.slice(0, end)
        this.#waiting = this.#waiting.slice(end + 2)
        return line
      }
      assert.ok(!this.#isEnded, `the connection ended; ${where}`)
      await this.#more(where)
    }
  }

  async #more(where: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const late = () => reject(new Error(`nothing came; ${where}\nheld: ${this.#waiting}`))
    const timer = setTimeout(late, this.#patienceMs)
    this.#wake = resolve
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#wake = undefined
    }
  }
}

function filled(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\{([a-zA-Z]\w*)\}/g, (whole, name: string) => variables.get(name) ?? whole)
}

function patternOf(text: string): RegExp {
  const parts = text.split(/(?<![\w"'/])\/((?:[^/\\]|\\.)+)\/(?![\w"'/])/)
  const source = parts.map((part, at) => (at % 2 === 1 ? part : escaped(part)))
  return new RegExp(`^${source.join('')}$`, 'u')
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** Resolves when the socket is connected. */
export async function connected(socket: Socket): Promise<Socket> {
  await once(socket, 'connect')
  return socket
}
