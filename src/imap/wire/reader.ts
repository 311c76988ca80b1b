/**
 * Octets to commands, incrementally: lines and literals (RFC 9051 §4.3, RFC 7888). Pulled, not
 * pushed: the session decides after each command how the next octets are to be read. Between
 * commands it holds nothing.
 */
import type { MemoryBudget } from '../../net/memory-budget.ts'
import { appendLiteralsMax, literalsPerCommandMax } from '../limits.ts'

export interface Literal {
  readonly octets: Buffer
  /** literal8 of RFC 3516: `~{n}`. */
  readonly isBinary: boolean
}

/** Text pieces (octets as latin1) with a literal between each two. */
export interface RawCommand {
  readonly texts: readonly string[]
  readonly literals: readonly Literal[]
}

export type ReadEvent =
  | { readonly kind: 'command'; readonly command: RawCommand }
  /** A line as it is: the answer to a continuation request. */
  | { readonly kind: 'line'; readonly text: string }
  /** A synchronizing literal was announced and is welcome: say so. */
  | { readonly kind: 'continue' }
  /** Too long. The client of a synchronizing literal will not send it; others cannot go on. */
  | {
      readonly kind: 'refused'
      readonly tag: string
      /** `busy`: all connections together hold as much as they may. */
      readonly what: 'line' | 'literal' | 'append' | 'busy'
      readonly isFatal: boolean
    }

export interface ReadLimits {
  readonly lineOctetsMax: number
  readonly literalOctetsMax: number
  readonly commandOctetsMax: number
  readonly appendOctetsMax: number
  readonly appendTotalOctetsMax: number
  /** What literals take their room from, as they arrive; undefined: they are small. */
  readonly budget?: MemoryBudget
}

const lf = 0x0a
/** Commands that bring messages: APPEND, and REPLACE of RFC 8508. */
const appendStart = /^[^ ]{1,64} (?:append|(?:uid )?replace) /i
const literalEnd = /(~?)\{(\d{1,10})(\+?)\}$/
const nothing: readonly Literal[] = []

export class CommandReader {
  #chunks: Buffer[] = []
  /** Octets pushed and not yet read. */
  waitingOctets = 0
  #line: Buffer[] | undefined
  #lineOctets = 0
  #texts: string[] | undefined
  #literals: Literal[] | undefined
  #commandOctets = 0
  #literal: { octets: Buffer; filled: number; isBinary: boolean } | undefined
  #isDiscarding = false
  #budget: MemoryBudget | undefined
  /** Of the command that is being read, and of the one that was handed out. */
  #held = 0
  #lent = 0

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.waitingOctets += chunk.length
  }

  /** Forgets everything: what came before STARTTLS must not be believed (RFC 9051 §6.2.1). */
  clear(): void {
    this.#chunks = []
    this.waitingOctets = 0
    this.#isDiscarding = false
    this.#reset()
  }

  /** Undefined: more octets are needed. `asLine`: a line without looking for literals. */
  next(limits: ReadLimits, asLine = false): ReadEvent | undefined {
    for (;;) {
      const filled = this.#fillLiteral(limits)
      if (filled === 'more') return undefined
      if (filled === 'full') return this.#refuseBusy(true)
      const line = this.#takeLine(limits)
      if (line === undefined) return undefined
      if (typeof line !== 'string') return line
      if (asLine) return { kind: 'line', text: line }
      const event = this.#endLine(line, limits)
      if (event !== undefined) return event
    }
  }

  #endLine(line: string, limits: ReadLimits): ReadEvent | undefined {
    const match = line.endsWith('}') ? literalEnd.exec(line) : null
    if (match === null) return this.#endCommand(line)
    const [whole, tilde, digits, plus] = match
    const text = line.slice(0, line.length - whole.length)
    const size = Number(digits)
    const isSynchronizing = plus === ''
    const refusal = this.#refuse(text, size, limits)
    if (refusal !== undefined) {
      this.#reset()
      return { ...refusal, isFatal: !isSynchronizing }
    }
    this.#texts ??= []
    this.#texts.push(text)
    if (limits.budget?.has(size) === false) return this.#refuseBusy(!isSynchronizing)
    this.#commandOctets += text.length + size
    // Not touched before octets arrive, so a size that is only announced costs no memory.
    const octets = size > 4096 ? Buffer.allocUnsafeSlow(size) : Buffer.allocUnsafe(size)
    this.#literal = { octets, filled: 0, isBinary: tilde === '~' }
    return isSynchronizing ? { kind: 'continue' } : undefined
  }

  #endCommand(line: string): ReadEvent | undefined {
    if (this.#texts === undefined) {
      return { kind: 'command', command: { texts: [line], literals: nothing } }
    }
    const command = { texts: [...this.#texts, line], literals: this.#literals ?? nothing }
    this.#lent += this.#held
    this.#held = 0
    this.#reset()
    return { kind: 'command', command }
  }

  #refuse(text: string, size: number, limits: ReadLimits) {
    const first = this.#texts?.[0] ?? text
    const isAppend = appendStart.test(first)
    const one = isAppend ? limits.appendOctetsMax : limits.literalOctetsMax
    const all = isAppend ? limits.appendTotalOctetsMax : limits.commandOctetsMax
    const literalsMax = isAppend ? appendLiteralsMax : literalsPerCommandMax
    const count = this.#literals?.length ?? 0
    const total = this.#commandOctets + text.length + size
    if (size <= one && total <= all && count < literalsMax) return undefined
    return { kind: 'refused', tag: tagOf(first), what: isAppend ? 'append' : 'literal' } as const
  }

  #refuseBusy(isFatal: boolean): ReadEvent {
    const tag = tagOf(this.#texts?.[0] ?? '')
    this.#reset()
    return { kind: 'refused', tag, what: 'busy', isFatal }
  }

  #fillLiteral({ budget }: ReadLimits): 'done' | 'more' | 'full' {
    const literal = this.#literal
    if (literal === undefined) return 'done'
    while (literal.filled < literal.octets.length) {
      const chunk = this.#chunks[0]
      if (chunk === undefined) return 'more'
      const taken = Math.min(chunk.length, literal.octets.length - literal.filled)
      if (!this.#hold(budget, taken)) return 'full'
      chunk.copy(literal.octets, literal.filled, 0, taken)
      literal.filled += taken
      this.#consume(taken)
    }
    this.#literals ??= []
    this.#literals.push({ octets: literal.octets, isBinary: literal.isBinary })
    this.#literal = undefined
    return 'done'
  }

  #hold(budget: MemoryBudget | undefined, octets: number): boolean {
    if (budget === undefined) return true
    if (!budget.take(octets)) return false
    this.#budget = budget
    this.#held += octets
    return true
  }

  /** The commands handed out are done: their literals are nobody's any more. */
  release(): void {
    this.#budget?.give(this.#lent)
    this.#lent = 0
  }

  /** The next line without its CRLF (a bare LF is taken too), or why there is none. */
  #takeLine(limits: ReadLimits): string | ReadEvent | undefined {
    for (;;) {
      const chunk = this.#chunks[0]
      if (chunk === undefined) return undefined
      const end = chunk.indexOf(lf)
      const part = end < 0 ? chunk : chunk.subarray(0, end)
      if (!this.#isDiscarding && this.#lineOctets + part.length > limits.lineOctetsMax) {
        const tag = tagOf(this.#texts?.[0] ?? this.#joined(part, 64))
        this.#reset()
        this.#isDiscarding = end < 0
        this.#consume(end < 0 ? part.length : end + 1)
        return { kind: 'refused', tag, what: 'line', isFatal: false }
      }
      const text = end < 0 ? undefined : this.#joined(part)
      if (end < 0 && !this.#isDiscarding) {
        this.#line ??= []
        this.#line.push(Buffer.from(part))
        this.#lineOctets += part.length
      }
      this.#consume(end < 0 ? part.length : end + 1)
      if (text === undefined) continue
      this.#line = undefined
      this.#lineOctets = 0
      if (!this.#isDiscarding) return text.endsWith('\r') ? text.slice(0, -1) : text
      this.#isDiscarding = false
    }
  }

  #joined(last: Buffer, octetsMax = Infinity): string {
    if (this.#line === undefined)
      return last.toString('latin1', 0, Math.min(last.length, octetsMax))
    const whole = Buffer.concat([...this.#line, last])
    return whole.toString('latin1', 0, Math.min(whole.length, octetsMax))
  }

  #consume(octets: number): void {
    this.waitingOctets -= octets
    const chunk = this.#chunks[0]
    if (chunk === undefined) return
    if (octets >= chunk.length) this.#chunks.shift()
    else this.#chunks[0] = chunk.subarray(octets)
  }

  #reset(): void {
    this.#budget?.give(this.#held)
    this.#held = 0
    this.#line = undefined
    this.#lineOctets = 0
    this.#texts = undefined
    this.#literals = undefined
    this.#literal = undefined
    this.#commandOctets = 0
  }
}

function tagOf(text: string): string {
  const match = /^([!#$&',\-./0-9:;<=>?@A-Z[\]^_`a-z|~]{1,64}) /.exec(text)
  return match?.[1] ?? '*'
}
