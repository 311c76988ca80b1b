/** Finds boundary delimiter lines in one forward pass. RFC 2046 §5.1.1. */
import { boundaryOctetsMax, delimiterLineOctetsMax } from './limits.ts'

/** A delimiter line of an open multipart, or the end of the octets (`level` −1). */
export interface Delimiter {
  /** Which open multipart it belongs to; 0 is the outermost. */
  readonly level: number
  readonly isClose: boolean
  /** Where the content before it ends: the CRLF before the line belongs to the delimiter. */
  readonly contentEnd: number
  /** Where the next line begins. */
  readonly next: number
}

const LF = 10
const CR = 13
const SP = 32
const TAB = 9
const dashes = Buffer.from('--')
const lineDashes = Buffer.from('\n--')

export class DelimiterScanner {
  readonly #octets: Buffer
  readonly #shadowed: { readonly line: string; readonly level: number | undefined }[] = []
  readonly #levels = new Map<string, number>()

  constructor(octets: Buffer) {
    this.#octets = octets
  }

  get hasOpen(): boolean {
    return this.#shadowed.length > 0
  }

  /**
   * Opens a multipart. The innermost wins where two have the same boundary.
   * @returns its level, or undefined when no line can be its delimiter.
   */
  open(boundary: string): number | undefined {
    if (boundary === '' || boundary.length > boundaryOctetsMax) return undefined
    const line = `--${boundary}`
    const level = this.#shadowed.length
    this.#shadowed.push({ line, level: this.#levels.get(line) })
    this.#levels.set(line, level)
    return level
  }

  /** Closes the innermost multipart. */
  close(): void {
    const last = this.#shadowed.pop()
    if (last === undefined) return
    if (last.level === undefined) this.#levels.delete(last.line)
    else this.#levels.set(last.line, last.level)
  }

  /**
   * The next delimiter at or after `from`, which is where a line begins.
   * @param floor where the content before it began; earlier than `from` after a close delimiter,
   * whose own CRLF belongs to the delimiter that follows at once.
   */
  find(from: number, floor = from): Delimiter {
    const octets = this.#octets
    // Dashes are rarer than line ends, so they are looked for alone, until text has some mid-line.
    let at = this.hasOpen ? octets.indexOf(dashes, from) : -1
    while (at >= 0) {
      if (at === from || octets[at - 1] === LF) {
        const found = this.match(at, floor)
        if (found !== undefined) return found
      }
      const before = octets.indexOf(lineDashes, at)
      at = before < 0 ? -1 : before + 1
    }
    const end = octets.length
    return { level: -1, isClose: true, contentEnd: end, next: end }
  }

  /** The delimiter whose line begins at `at`; the content before it began at `floor`. */
  match(at: number, floor: number): Delimiter | undefined {
    const octets = this.#octets
    const lf = octets.indexOf(LF, at)
    let end = lf < 0 ? octets.length : lf
    if (end - at > delimiterLineOctetsMax) return undefined
    while (isPadding(octets[end - 1])) end--
    const line = octets.toString('latin1', at, end)
    let isClose = false
    let level = this.#levels.get(line)
    if (level === undefined && line.endsWith('--')) {
      level = this.#levels.get(line.slice(0, -2))
      isClose = true
    }
    if (level === undefined) return undefined
    let contentEnd = at
    if (contentEnd > floor && octets[contentEnd - 1] === LF) contentEnd--
    if (contentEnd > floor && octets[contentEnd - 1] === CR) contentEnd--
    return { level, isClose, contentEnd, next: lf < 0 ? octets.length : lf + 1 }
  }
}

/** Transport padding, and the CR of the line's end. */
function isPadding(octet: number | undefined): boolean {
  return octet === SP || octet === TAB || octet === CR
}
