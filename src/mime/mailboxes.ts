/**
 * Address lists of header fields, as ENVELOPE tells them. RFC 5322 §3.4 and §4.4, RFC 6532,
 * RFC 9051 §7.5.2. Broken lists give what can be made of them; nothing throws.
 */
import { skipComment } from './comment.ts'
import { addressesMax } from './limits.ts'
import type { EnvelopeAddress } from './types.ts'

/** Display names stay as written but for quotes and comments; encoded words are not decoded. */
export function parseMailboxes(value: string): readonly EnvelopeAddress[] {
  return new MailboxListParser(value).parse()
}

const groupEnd: EnvelopeAddress = {
  name: undefined,
  route: undefined,
  mailbox: undefined,
  host: undefined,
}

/** Words, and the specials between them that have not yet told what they belong to. */
interface Token {
  readonly kind: 'word' | 'quoted' | 'special'
  readonly text: string
  /** White space or a comment stood before it. */
  readonly isApart: boolean
}

class MailboxListParser {
  readonly #text: string
  readonly #found: EnvelopeAddress[] = []
  #at = 0
  #tokens: Token[] = []
  #comment: string | undefined
  #isApart = false
  #isInGroup = false
  /** A place from which no `>` follows, so that many `<` are not searched many times. */
  #lastClose: number

  constructor(text: string) {
    this.#text = text
    this.#lastClose = text.lastIndexOf('>')
  }

  parse(): readonly EnvelopeAddress[] {
    while (this.#at < this.#text.length && this.#found.length < addressesMax) this.#step()
    this.#endMailbox()
    this.#endGroup()
    return this.#found
  }

  #step(): void {
    const character = this.#text.charAt(this.#at)
    switch (character) {
      case ' ':
      case '\t':
        this.#isApart = true
        this.#at++
        return
      case '(':
        return this.#readComment()
      case '"':
        return this.#readQuoted()
      case '<':
        return this.#readAngle()
      case '[':
        return this.#readLiteral()
      case ',':
        this.#at++
        return this.#endMailbox()
      case ';':
        this.#at++
        this.#endMailbox()
        return this.#endGroup()
      case ':':
        this.#at++
        return this.#beginGroup()
      case '@':
      case '.':
      case '>':
        this.#at++
        return this.#push('special', character)
      default:
        return this.#readWord()
    }
  }

  #push(kind: Token['kind'], text: string): void {
    this.#tokens.push({ kind, text, isApart: this.#isApart })
    this.#isApart = false
  }

  #readComment(): void {
    const end = skipComment(this.#text, this.#at)
    this.#comment ??= unquote(this.#text.slice(this.#at + 1, end).replace(/\)$/, '')).trim()
    this.#at = end
    this.#isApart = true
  }

  #readQuoted(): void {
    const end = endOfQuoted(this.#text, this.#at + 1)
    this.#push('quoted', unquote(this.#text.slice(this.#at + 1, end)))
    this.#at = end + 1
  }

  /** A domain literal; without its end, a word like any other. */
  #readLiteral(): void {
    const end = this.#text.slice(this.#at, this.#at + literalMax).indexOf(']')
    if (end < 0) return this.#readWord()
    this.#push('word', this.#text.slice(this.#at, this.#at + end + 1))
    this.#at += end + 1
  }

  #readWord(): void {
    let end = this.#at + 1
    while (end < this.#text.length && !isSpecial(this.#text.charCodeAt(end))) end++
    this.#push('word', this.#text.slice(this.#at, end))
    this.#at = end
  }

  /** `<route:local@domain>`; what stood before is the display name. */
  #readAngle(): void {
    if (this.#at > this.#lastClose) {
      this.#at++
      this.#isApart = true
      return
    }
    const name = joinPhrase(this.#tokens)
    this.#tokens = []
    const end = endOfAngle(this.#text, this.#at + 1)
    const inner = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    const { route, address } = splitRoute(inner.trim())
    this.#add(name ?? this.#comment, route, tokensOf(address))
    this.#skipToSeparator()
  }

  /** After an angle address only a separator has meaning. */
  #skipToSeparator(): void {
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at)
      if (character === ',' || character === ';' || character === '<') break
      if (character === '(') this.#at = skipComment(this.#text, this.#at)
      else if (character === '"') this.#at = endOfQuoted(this.#text, this.#at + 1) + 1
      else this.#at++
    }
    this.#reset()
  }

  #beginGroup(): void {
    const name = joinPhrase(this.#tokens)
    this.#reset()
    if (name === undefined || this.#isInGroup) return
    this.#isInGroup = true
    this.#found.push({ name: undefined, route: undefined, mailbox: name, host: undefined })
  }

  #endGroup(): void {
    if (this.#isInGroup) this.#found.push(groupEnd)
    this.#isInGroup = false
  }

  #endMailbox(): void {
    if (this.#tokens.length > 0) this.#add(this.#comment, undefined, this.#tokens)
    this.#reset()
  }

  #reset(): void {
    this.#tokens = []
    this.#comment = undefined
    this.#isApart = false
  }

  #add(name: string | undefined, route: string | undefined, tokens: readonly Token[]): void {
    const at = tokens.findLastIndex((token) => token.kind === 'special' && token.text === '@')
    if (at >= 0) {
      const mailbox = joinTight(tokens.slice(0, at))
      const host = joinTight(tokens.slice(at + 1))
      this.#found.push({ name: name || undefined, route, mailbox, host })
      return
    }
    // A bare word is a local part; RFC 9051 §7.5.2 has no other way to say "no host" than "".
    const mailbox = joinPhrase(tokens) ?? ''
    if (mailbox !== '' || name) {
      this.#found.push({ name: name || undefined, route, mailbox, host: '' })
    }
  }
}

/** RFC 5321 §4.5.3.1.2: a domain has 255 octets. */
const literalMax = 260

function isSpecial(code: number): boolean {
  switch (code) {
    case 0x09:
    case 0x20:
    case 0x22:
    case 0x28:
    case 0x2c:
    case 0x2e:
    case 0x3a:
    case 0x3b:
    case 0x3c:
    case 0x3e:
    case 0x40:
    case 0x5b:
      return true
    default:
      return false
  }
}

function endOfQuoted(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '"') return at
  }
  return text.length
}

/** A `>` within a quoted local part ends nothing. */
function endOfAngle(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfQuoted(text, at + 1)
    else if (character === '>') return at
  }
  const close = text.indexOf('>', from)
  return close < 0 ? text.length : close
}

/** obs-route: `@one,@two:local@domain` (RFC 5322 §4.4). */
function splitRoute(inner: string): { route: string | undefined; address: string } {
  if (!inner.startsWith('@')) return { route: undefined, address: inner }
  const colon = inner.indexOf(':')
  if (colon < 0) return { route: undefined, address: inner }
  return { route: inner.slice(0, colon), address: inner.slice(colon + 1) }
}

/** The tokens of an addr-spec alone. */
function tokensOf(address: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < address.length) {
    const character = address.charAt(at)
    if (character === '"') {
      const end = endOfQuoted(address, at + 1)
      tokens.push({ kind: 'quoted', text: unquote(address.slice(at + 1, end)), isApart: false })
      at = end + 1
    } else if (character === '(') at = skipComment(address, at)
    else if (character === '@') {
      tokens.push({ kind: 'special', text: '@', isApart: false })
      at++
    } else if (character === ' ' || character === '\t') at++
    else {
      let end = at + 1
      while (end < address.length && !'"(@ \t'.includes(address.charAt(end))) end++
      tokens.push({ kind: 'word', text: address.slice(at, end), isApart: false })
      at = end
    }
  }
  return tokens
}

function unquote(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\(.)/gs, '$1') : text
}

/** Words with single spaces where any white space was; a quoted word is always apart. */
function joinPhrase(tokens: readonly Token[]): string | undefined {
  let phrase = ''
  for (const token of tokens) {
    if (phrase !== '' && (token.isApart || token.kind === 'quoted')) phrase += ' '
    phrase += token.text
  }
  return phrase.trim() === '' ? undefined : phrase
}

function joinTight(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join('')
}
