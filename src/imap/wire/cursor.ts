/** Reads the tokens of one command, RFC 9051 §9. Throws BadSyntax; the session answers BAD. */
import { isUtf8 } from 'node:buffer'
import { BadSyntax } from './bad-syntax.ts'
import type { Literal, RawCommand } from './reader.ts'

const isAtom = 1
const isAstring = 2
const isListChar = 4
const isTag = 8

/** Classes of octets. Octets from 0x80 are in none but the quoted string. */
const classes = new Uint8Array(256)
for (let octet = 0x21; octet < 0x7f; octet += 1) {
  const char = String.fromCharCode(octet)
  const isSpecial = '(){%*"\\]'.includes(char)
  let bits = isSpecial ? 0 : isAtom | isAstring | isListChar | isTag
  if (char === ']') bits = isAstring | isListChar | isTag
  if (char === '%' || char === '*') bits = isListChar
  if (char === '+') bits &= ~isTag
  classes[octet] = bits
}

export class Cursor {
  readonly #texts: readonly string[]
  readonly #literals: readonly Literal[]
  #piece = 0
  #text: string
  #at = 0

  constructor(command: RawCommand) {
    this.#texts = command.texts
    this.#literals = command.literals
    this.#text = command.texts[0] ?? ''
  }

  get isEnd(): boolean {
    return this.#at === this.#text.length && this.#piece === this.#texts.length - 1
  }

  /** The next octet (or one further on) as a character; empty at a literal or the end. */
  peek(ahead = 0): string {
    return this.#text.charAt(this.#at + ahead)
  }

  end(): void {
    if (!this.isEnd) throw new BadSyntax('Unexpected text after the command')
  }

  space(): void {
    if (!this.trySkip(' ')) throw new BadSyntax('A space is missing')
  }

  skip(char: string): void {
    if (!this.trySkip(char)) throw new BadSyntax(`"${char}" is missing`)
  }

  trySkip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  /** A word in any case, only as a whole atom. */
  tryWord(word: string): boolean {
    const end = this.#at + word.length
    if (this.#text.slice(this.#at, end).toUpperCase() !== word) return false
    if (end < this.#text.length && hasClass(this.#text, end, isAtom)) return false
    this.#at = end
    return true
  }

  tag(): string {
    return this.#run(isTag, 'tag')
  }

  atom(): string {
    return this.#run(isAtom, 'atom')
  }

  /** An atom in upper case: a verb, a key, an option. */
  word(): string {
    return this.#run(isAtom, 'word').toUpperCase()
  }

  number(max = 0xffffffff): number {
    const start = this.#at
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at += 1
    const digits = this.#text.slice(start, this.#at)
    const value = Number(digits)
    if (digits === '' || digits.length > 19 || value > max) throw new BadSyntax('Not a number')
    return value
  }

  /** RFC 7162 §7: mod-sequences have 63 bits; ours stay within 2^53. */
  number64(): number {
    return Math.min(this.number(Infinity), Number.MAX_SAFE_INTEGER)
  }

  nonZero(): number {
    const value = this.number()
    if (value === 0) throw new BadSyntax('Zero is not allowed here')
    return value
  }

  get isString(): boolean {
    return this.#isLiteral || this.peek() === '"'
  }

  get isLiteral(): boolean {
    return this.#isLiteral
  }

  get #isLiteral(): boolean {
    return this.#at === this.#text.length && this.#piece < this.#literals.length
  }

  literal(): Literal {
    const literal = this.#isLiteral ? this.#literals[this.#piece] : undefined
    if (literal === undefined) throw new BadSyntax('A literal is missing')
    this.#piece += 1
    this.#text = this.#texts[this.#piece] ?? ''
    this.#at = 0
    return literal
  }

  /** Quoted or literal, as octets. */
  stringOctets(): Buffer {
    if (!this.#isLiteral) return Buffer.from(this.#quoted(), 'latin1')
    const literal = this.literal()
    if (literal.isBinary) throw new BadSyntax('literal8 is not allowed here')
    return literal.octets
  }

  string(): string {
    return this.#isLiteral ? utf8(this.stringOctets()) : decoded(this.#quoted())
  }

  astringOctets(): Buffer {
    return this.isString ? this.stringOctets() : Buffer.from(this.#run(isAstring, 'string'))
  }

  astring(): string {
    return this.isString ? this.string() : this.#run(isAstring, 'string')
  }

  /** RFC 9051 list-mailbox: an atom that may hold wildcards, or a string. */
  listMailbox(): string {
    return this.isString ? this.string() : this.#run(isListChar, 'mailbox pattern')
  }

  /** A string or NIL. */
  nstring(): string | undefined {
    return this.tryWord('NIL') ? undefined : this.string()
  }

  /** Characters that match `isWanted`, at least one; for tokens that are no atoms. */
  take(isWanted: RegExp, what: string): string {
    const start = this.#at
    while (this.#at < this.#text.length && isWanted.test(this.#text.charAt(this.#at))) this.#at += 1
    if (this.#at === start) throw new BadSyntax(`A ${what} is missing`)
    return this.#text.slice(start, this.#at)
  }

  /** `(a b c)`; an empty list only where allowed. */
  list<T>(item: () => T, mayBeEmpty = false): T[] {
    this.skip('(')
    const items: T[] = []
    if (this.trySkip(')')) {
      if (mayBeEmpty) return items
      throw new BadSyntax('The list is empty')
    }
    do items.push(item())
    while (this.trySkip(' '))
    this.skip(')')
    return items
  }

  #run(bits: number, what: string): string {
    const start = this.#at
    while (this.#at < this.#text.length && hasClass(this.#text, this.#at, bits)) this.#at += 1
    if (this.#at === start) throw new BadSyntax(`A ${what} is missing`)
    return this.#text.slice(start, this.#at)
  }

  #quoted(): string {
    this.skip('"')
    let value = ''
    let start = this.#at
    for (;;) {
      const octet = this.#text.charCodeAt(this.#at)
      if (octet === 0x22) break
      if (octet === 0x5c) {
        const next = this.#text.charAt(this.#at + 1)
        if (next !== '"' && next !== '\\') throw new BadSyntax('Only " and \\ may be escaped')
        value += this.#text.slice(start, this.#at)
        start = this.#at + 1
        this.#at += 1
      } else if (Number.isNaN(octet) || octet === 0 || octet === 0x0d) {
        throw new BadSyntax('A quoted string does not end')
      }
      this.#at += 1
    }
    value += this.#text.slice(start, this.#at)
    this.#at += 1
    return value
  }
}

function hasClass(text: string, at: number, bits: number): boolean {
  return ((classes[text.charCodeAt(at)] ?? 0) & bits) !== 0
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39
}

function decoded(latin1: string): string {
  // oxlint-disable-next-line no-control-regex -- whether all octets are ASCII is the question
  return /^[\x00-\x7f]*$/.test(latin1) ? latin1 : utf8(Buffer.from(latin1, 'latin1'))
}

function utf8(octets: Buffer): string {
  if (!isUtf8(octets)) throw new BadSyntax('A string is not UTF-8')
  return octets.toString('utf8')
}
