/** A connection read line by line, literals of IMAP passed over by their length. RFC 9051 §4.3. */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Endpoint } from './target.ts'

const lf = 0x0a
const literal = /\{(\d+)\}$/

export class LineConnection {
  readonly socket: Socket
  /** Every line as it comes, as latin1. */
  onLine: (line: string) => void = () => undefined
  onEnd: (error: Error) => void = () => undefined
  readonly #skipsLiterals: boolean
  #rest: Buffer = Buffer.alloc(0)
  #skip = 0

  constructor(at: Endpoint, options: { readonly isTls: boolean; readonly skipsLiterals: boolean }) {
    this.#skipsLiterals = options.skipsLiterals
    // The certificate is the measured node's own; nothing here depends on who answers.
    this.socket = options.isTls
      ? connectTls({ ...at, rejectUnauthorized: false })
      : connectTcp(at.port, at.host)
    this.socket.setNoDelay(true)
    this.socket.on('data', (chunk: Buffer) => this.#read(chunk))
    this.socket.on('error', (error) => this.onEnd(error))
    this.socket.on('close', () => this.onEnd(new Error('the connection was closed')))
  }

  #read(chunk: Buffer): void {
    const octets = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let at = 0
    while (at < octets.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, octets.length - at)
        this.#skip -= skipped
        at += skipped
        continue
      }
      const end = octets.indexOf(lf, at)
      if (end === -1) break
      const line = octets.toString('latin1', at, end - 1)
      at = end + 1
      if (this.#skipsLiterals && line.endsWith('}')) this.#skip = literalOctets(line)
      this.onLine(line)
    }
    this.#rest = at < octets.length ? octets.subarray(at) : Buffer.alloc(0)
  }
}

function literalOctets(line: string): number {
  return Number(literal.exec(line)?.[1] ?? 0)
}
