/** One IMAP connection, bare: a command goes in, its whole answer comes out. */
import assert from 'node:assert/strict'
import type { Readable, Writable } from 'node:stream'
import { within } from './until.ts'
import { parseResponse, type Value } from './parse-response.ts'

export interface Answer {
  /** Untagged responses in their order. */
  readonly untagged: readonly (readonly Value[])[]
  readonly status: string
  /** Response code of the tagged response without its arguments. */
  readonly code: string | undefined
  /** The line itself, for people. */
  readonly line: string
}

const patienceMs = 20_000

/** The server ended it, or went away. */
export class ConnectionEnded extends Error {
  override readonly name = 'ConnectionEnded'
}

export class ImapPeer {
  readonly name: string
  readonly #out: Writable
  #waiting = ''
  #isEnded = false
  #wake: (() => void) | undefined
  #tags = 0
  /** The beginning of the last command. */
  #asked = 'nothing'

  constructor(name: string, input: Readable, output: Writable) {
    this.name = name
    this.#out = output
    input.on('data', (chunk: Buffer) => {
      this.#waiting += chunk.toString('latin1')
      this.#wake?.()
    })
    input.on('close', () => {
      this.#isEnded = true
      this.#wake?.()
    })
    output.on('error', () => undefined)
  }

  async greet(): Promise<void> {
    await this.#response()
  }

  /** `octets` may hold literals of the non-synchronizing kind. */
  async command(text: string | Buffer): Promise<Answer> {
    const tag = `t${(this.#tags += 1)}`
    this.#asked = text.toString('latin1', 0, 80)
    this.#out.write(Buffer.concat([Buffer.from(`${tag} `), Buffer.from(text), crlf]))
    const untagged: (readonly Value[])[] = []
    for (;;) {
      const line = await within(`${this.name}: ${this.#asked}`, patienceMs, this.#response())
      if (line.startsWith('* ')) untagged.push(parseResponse(line.slice(2)))
      else if (line.startsWith(`${tag} `)) {
        const match = /^\S+ (\w+)(?: \[([^\] ]+)[^\]]*\])?/.exec(line)
        assert.ok(match, line)
        return { untagged, status: match[1] ?? '', code: match[2], line }
      } else assert.fail(`${this.name} said ${line}`)
    }
  }

  async #response(): Promise<string> {
    for (;;) {
      const end = this.#endOfResponse()
      if (end >= 0) {
        const response = this.#waiting.slice(0, end)
        this.#waiting = this.#waiting.slice(end + 2)
        return response
      }
      if (this.#isEnded)
        throw new ConnectionEnded(
          `${this.name} ended the connection after ${this.#asked}: ${this.#waiting}`,
        )
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Where the response ends, literals passed over; -1 while it is not whole. */
  #endOfResponse(): number {
    let from = 0
    for (;;) {
      const end = this.#waiting.indexOf('\r\n', from)
      if (end < 0) return -1
      const literal = /\{(\d+)\}$/.exec(this.#waiting.slice(from, end))
      if (literal === null) return end
      from = end + 2 + Number(literal[1])
      if (from > this.#waiting.length) return -1
    }
  }
}

const crlf = Buffer.from('\r\n')
