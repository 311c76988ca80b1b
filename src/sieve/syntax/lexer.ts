/** Words of a Sieve script. RFC 5228 §2.1 to §2.4 and §8.1. */
import { scriptFault, type Position } from './position.ts'

export type Token =
  | { readonly kind: 'identifier' | 'tag' | 'text'; readonly at: Position; readonly value: string }
  | { readonly kind: 'number'; readonly at: Position; readonly value: number }
  | { readonly kind: 'mark'; readonly at: Position; readonly value: Mark }
  | { readonly kind: 'end'; readonly at: Position }

export type Mark = '{' | '}' | '(' | ')' | '[' | ']' | ',' | ';'

const quantifiers: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

/** Larger ones are not exact; RFC 5228 §2.4.1 asks for 31 bits. */
const numberMax = Number.MAX_SAFE_INTEGER

const space = /[ \t\r\n]+/y
const lineComment = /#[^\n]*/y
const blockComment = /\/\*[^]*?\*\//y
const identifier = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /([0-9]+)([KMGkmg]?)(?![A-Za-z0-9_])/y
const quoted = /"((?:[^"\\]|\\[^])*)"/y
const multiLineStart = /text:[ \t]*(?:#[^\n]*)?\r?\n/iy
const mark = /[{}()[\],;]/y

export class Lexer {
  readonly #text: string
  #at = 0
  #line = 1
  #lineStart = 0

  constructor(text: string) {
    this.#text = text
  }

  /** @throws Refusal('invalid') */
  next(): Token {
    this.#skip()
    const at = this.#position()
    if (this.#at >= this.#text.length) return { kind: 'end', at }
    if (this.#take(multiLineStart) !== undefined)
      return { kind: 'text', at, value: this.#multiLine(at) }
    const text = this.#take(quoted)
    if (text !== undefined)
      return { kind: 'text', at, value: (text[1] ?? '').replaceAll(/\\([^])/g, '$1') }
    const digits = this.#take(number)
    if (digits !== undefined) return { kind: 'number', at, value: numberOf(digits, at) }
    const punctuation = this.#take(mark)
    if (punctuation !== undefined) return { kind: 'mark', at, value: punctuation[0] as Mark }
    const isTag = this.#text[this.#at] === ':'
    if (isTag) this.#at++
    const word = this.#take(identifier)
    if (word !== undefined)
      return { kind: isTag ? 'tag' : 'identifier', at, value: word[0].toLowerCase() }
    throw scriptFault(at, whyNot(this.#text[at.column - 1 + this.#lineStart] ?? ''))
  }

  #skip(): void {
    while (
      this.#take(space) !== undefined ||
      this.#take(lineComment) !== undefined ||
      this.#take(blockComment) !== undefined
    );
  }

  /** Lines up to one with a dot alone; a dot at a line's begin was doubled. RFC 5228 §2.4.2. */
  #multiLine(at: Position): string {
    const lines: string[] = []
    while (this.#at < this.#text.length) {
      const end = this.#text.indexOf('\n', this.#at)
      const line = this.#text.slice(this.#at, end < 0 ? undefined : end).replace(/\r$/, '')
      this.#advance(end < 0 ? this.#text.length : end + 1)
      if (line === '.') return lines.map((each) => `${each}\r\n`).join('')
      lines.push(line.startsWith('..') ? line.slice(1) : line)
    }
    throw scriptFault(at, 'this text never ends: a line with a single dot is missing')
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match === null) return undefined
    this.#advance(pattern.lastIndex)
    return match
  }

  #advance(to: number): void {
    for (let at = this.#text.indexOf('\n', this.#at); at >= 0 && at < to;) {
      this.#line++
      this.#lineStart = at + 1
      at = this.#text.indexOf('\n', at + 1)
    }
    this.#at = to
  }

  #position(): Position {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 }
  }
}

function numberOf([, digits = '', quantifier = '']: RegExpExecArray, at: Position): number {
  const value = Number(digits) * (quantifiers[quantifier.toLowerCase()] ?? 1)
  if (value > numberMax) throw scriptFault(at, 'this number is too large')
  return value
}

function whyNot(character: string): string {
  if (character === '"') return 'this text never ends: a quotation mark is missing'
  if (character === '/') return 'this comment never ends'
  if (/[0-9]/.test(character)) return 'a number is digits, and K, M or G after them'
  return 'this character has no meaning here'
}
