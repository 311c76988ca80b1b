/**
 * What a client has sent and nobody has read yet: lines of commands, or chunks of content.
 * RFC 5321 §2.3.8: a line ends with CRLF, never with one of them alone.
 */
import { isAscii, isUtf8 } from 'node:buffer'

const LF = 10
const CR = 13

export type Line =
  | { readonly kind: 'line'; readonly text: string }
  /** Over the limit; it has been skipped to its end. */
  | { readonly kind: 'too-long' }
  /** A bare LF, a control character, or octets that are not UTF-8. */
  | { readonly kind: 'bad-octets' }

const tooLong: Line = { kind: 'too-long' }
const badOctets: Line = { kind: 'bad-octets' }
const nothing: Buffer = Buffer.alloc(0)

export class LineReader {
  /** Chunks not begun yet; `#chunk` from `#at` is before them. */
  #waiting: Buffer[] = []
  #chunk = nothing
  #at = 0
  #held = 0
  /** The beginning of a line whose end has not come. */
  #partial = nothing
  #isTooLong = false

  /** Octets held. */
  get held(): number {
    return this.#held
  }

  push(chunk: Buffer): void {
    this.#held += chunk.length
    if (this.#at === this.#chunk.length) {
      this.#chunk = chunk
      this.#at = 0
    } else this.#waiting.push(chunk)
  }

  /** @returns how many octets were thrown away. */
  clear(): number {
    const held = this.#held
    this.#waiting = []
    this.#chunk = nothing
    this.#partial = nothing
    this.#at = 0
    this.#held = 0
    this.#isTooLong = false
    return held
  }

  /** The next line without its CRLF, or undefined when more must come. */
  takeLine(octetsMax: number): Line | undefined {
    while (this.#at < this.#chunk.length) {
      const end = this.#chunk.indexOf(LF, this.#at)
      if (end !== -1) {
        const line = this.#chunk.subarray(this.#at, end + 1)
        this.#held -= line.length
        this.#at = end + 1
        if (this.#at === this.#chunk.length) this.#next()
        return this.#finish(line, octetsMax)
      }
      this.#setAside(this.#chunk.subarray(this.#at), octetsMax)
      this.#next()
    }
    return undefined
  }

  /**
   * The rest of the current chunk, for content. `giveBack` returns what is behind its end.
   * Never called within a line.
   */
  takeChunk(): Buffer | undefined {
    if (this.#at === this.#chunk.length) return undefined
    const rest = this.#at === 0 ? this.#chunk : this.#chunk.subarray(this.#at)
    this.#held -= rest.length
    this.#next()
    return rest
  }

  giveBack(chunk: Buffer, from: number): void {
    if (from === chunk.length) return
    if (this.#at < this.#chunk.length) this.#waiting.unshift(this.#chunk)
    this.#chunk = chunk
    this.#at = from
    this.#held += chunk.length - from
  }

  #next(): void {
    this.#chunk = this.#waiting.shift() ?? nothing
    this.#at = 0
  }

  #setAside(part: Buffer, octetsMax: number): void {
    this.#held -= part.length
    if (this.#isTooLong || this.#partial.length + part.length > octetsMax) {
      this.#isTooLong = true
      this.#partial = nothing
    } else this.#partial = Buffer.concat([this.#partial, part])
  }

  #finish(end: Buffer, octetsMax: number): Line {
    const isTooLong = this.#isTooLong || this.#partial.length + end.length > octetsMax
    const octets = this.#partial.length === 0 ? end : Buffer.concat([this.#partial, end])
    this.#partial = nothing
    this.#isTooLong = false
    return isTooLong ? tooLong : decodeLine(octets)
  }
}

function decodeLine(octets: Buffer): Line {
  const length = octets.length - 2
  if (length < 0 || octets[length] !== CR) return badOctets
  const isPlain = isAscii(octets)
  if (!isPlain && !isUtf8(octets)) return badOctets
  const text = octets.toString(isPlain ? 'latin1' : 'utf8', 0, length)
  return hasControl.test(text) ? badOctets : { kind: 'line', text }
}

// A tab is white space some clients write; no other control character has a place in a command.
// eslint-disable-next-line no-control-regex -- these control characters are what must not be there
const hasControl = /[\0-\x08\n-\x1f\x7f]/
