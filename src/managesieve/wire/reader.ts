/** Octets to lines of tokens: atoms, strings, numbers. RFC 5804 §4. */
import { lineOctetsMax, tokensMax } from '../limits.ts'

export type Token =
  | { readonly kind: 'atom'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly octets: Buffer }

export type ReadEvent =
  | { readonly kind: 'line'; readonly tokens: readonly Token[] }
  /** No line of the grammar; reading goes on behind it. */
  | { readonly kind: 'bad' }
  /** What comes cannot be told from commands any more. */
  | { readonly kind: 'too-long' }

const [cr, lf, space, quote, backslash, brace] = [13, 10, 32, 34, 92, 123]

export class LineReader {
  #chunks: Buffer[] = []
  #held = 0
  /** Nothing can be read before so much is there. */
  #needed = 1

  get held(): number {
    return this.#held
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#held += chunk.length
  }

  clear(): void {
    this.#keep(Buffer.alloc(0))
  }

  /** Undefined: the next line is not whole yet. `octetsMax`: of a line with its literals. */
  take(octetsMax: number): ReadEvent | undefined {
    if (this.#held < this.#needed) return undefined
    const octets = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    if (octets === undefined) return undefined
    const found = readLine(octets, octetsMax)
    if (found.kind === 'more') {
      this.#chunks = [octets]
      this.#needed = Math.max(found.octets, this.#held + 1)
      return undefined
    }
    this.#keep(found.kind === 'too-long' ? Buffer.alloc(0) : octets.subarray(found.end))
    if (found.kind === 'line') return { kind: 'line', tokens: found.tokens }
    return { kind: found.kind }
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#held = rest.length
    this.#needed = 1
  }
}

type Found =
  | { readonly kind: 'line'; readonly tokens: readonly Token[]; readonly end: number }
  | { readonly kind: 'bad'; readonly end: number }
  | { readonly kind: 'too-long' }
  /** Of all that is held, so much is needed at least. */
  | { readonly kind: 'more'; readonly octets: number }

type Read =
  | { readonly kind: 'token'; readonly token: Token; readonly end: number }
  | Exclude<Found, { readonly kind: 'line' | 'bad' }>
  | { readonly kind: 'bad' }

function readLine(octets: Buffer, octetsMax: number): Found {
  const tokens: Token[] = []
  let literals = 0
  let at = 0
  while (at < octets.length) {
    if (octets[at] === space) {
      at++
      continue
    }
    if (octets[at] === cr && octets[at + 1] === lf) return { kind: 'line', tokens, end: at + 2 }
    const read = tokens.length < tokensMax ? readToken(octets, at, octetsMax) : notOne
    if (read.kind === 'too-long') return read
    // What a literal that is not whole has is bounded where it begins.
    const lineEnd = read.kind === 'more' && read.octets > 0 ? at : octets.length
    if (read.kind === 'more') return lineEnd - literals > lineOctetsMax ? tooLong : read
    if (read.kind === 'bad') return skipLine(octets, at)
    if (octets[at] === brace) literals += read.end - at
    tokens.push(read.token)
    at = read.end
  }
  return octets.length - literals > lineOctetsMax ? tooLong : more
}

const tooLong = { kind: 'too-long' } as const
const notOne = { kind: 'bad' } as const
const more = { kind: 'more', octets: 0 } as const

function skipLine(octets: Buffer, from: number): Found {
  const end = octets.indexOf('\r\n', from)
  if (end >= 0) return { kind: 'bad', end: end + 2 }
  return octets.length - from > lineOctetsMax ? tooLong : more
}

function readToken(octets: Buffer, at: number, octetsMax: number): Read {
  const first = octets[at]
  if (first === quote) return readQuoted(octets, at + 1)
  if (first === brace) return readLiteral(octets, at, octetsMax)
  // Neither has more than a script's name: the longest command is not half of this.
  const text = octets.toString('latin1', at, at + 64)
  const word = /^(?:[A-Za-z][\w-]*|\d{1,10})(?=( |\r\n|\r?$))/.exec(text)
  if (word === null) return notOne
  const [found, follows] = word
  if (follows !== ' ' && follows !== '\r\n') return text.length < 64 ? more : notOne
  const end = at + found.length
  const isNumber = /^\d/.test(found)
  const token: Token = isNumber
    ? { kind: 'number', value: Number(found) }
    : { kind: 'atom', text: found.toUpperCase() }
  return { kind: 'token', token, end }
}

function readQuoted(octets: Buffer, from: number): Read {
  const found: number[] = []
  for (let at = from; at < octets.length; at++) {
    let octet = octets[at] ?? 0
    if (octet === quote) {
      return { kind: 'token', token: { kind: 'string', octets: Buffer.from(found) }, end: at + 1 }
    }
    if (octet === backslash) {
      octet = octets[++at] ?? 0
      if (at >= octets.length) break
      if (octet !== quote && octet !== backslash) return notOne
    }
    if (octet === cr || octet === lf || octet === 0) return notOne
    found.push(octet)
    if (found.length > lineOctetsMax) return tooLong
  }
  return more
}

/** A client's literal never waits for us: `{5+}`. */
function readLiteral(octets: Buffer, at: number, octetsMax: number): Read {
  const text = octets.toString('latin1', at, at + 16)
  const match = /^\{(\d{1,10})\+\}\r\n/.exec(text)
  if (match === null) return /^\{\d{0,10}\+?\}?\r?$/.test(text) ? more : notOne
  const [head, digits] = match
  const length = Number(digits)
  if (length > octetsMax) return tooLong
  const start = at + head.length
  const end = start + length
  if (octets.length < end) return { kind: 'more', octets: end }
  const content = Buffer.from(octets.subarray(start, end))
  return { kind: 'token', token: { kind: 'string', octets: content }, end }
}
