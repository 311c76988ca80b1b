/** The arguments of a command, taken in order; what is missing, wrong or too much is told. RFC 5804 §4. */
import { isUtf8 } from 'node:buffer'
import { Refusal } from '../base/refusal.ts'
import { scriptOctetsMax } from '../sieve/limits.ts'
import type { Token } from './wire/reader.ts'

export class Arguments {
  readonly #left: Token[]

  constructor(tokens: readonly Token[]) {
    this.#left = [...tokens]
  }

  get isEmpty(): boolean {
    return this.#left.length === 0
  }

  text(what: string): string {
    const octets = this.#octets(what)
    if (!isUtf8(octets)) throw invalid(`The ${what} is not UTF-8`)
    return octets.toString('utf8')
  }

  /** Refusal('too-large') */
  script(): string {
    const octets = this.#octets('script')
    if (octets.length > scriptOctetsMax) throw new Refusal('too-large')
    if (!isUtf8(octets)) throw invalid('A script is UTF-8 text')
    return octets.toString('utf8')
  }

  number(what: string): number {
    const token = this.#left.shift()
    if (token?.kind === 'number' && token.value <= 0xffff_ffff) return token.value
    throw invalid(`The ${what} is missing`)
  }

  /** After all were taken. */
  end(): void {
    if (!this.isEmpty) throw invalid('There are too many arguments')
  }

  #octets(what: string): Buffer {
    const token = this.#left.shift()
    if (token?.kind === 'string') return token.octets
    throw invalid(`The ${what} is missing`)
  }
}

function invalid(message: string): Refusal {
  return new Refusal('invalid', { message })
}
