/** Parameters of Content-Type and Content-Disposition. RFC 2045 §5.1, RFC 2231 §3 and §4. */
import { decodeText } from './charset.ts'
import { decodeWords } from './encoded-word.ts'
import { skipComment } from './comment.ts'
import { textOf } from './header.ts'
import { parametersMax } from './limits.ts'
import type { Parameters } from './types.ts'

/** As written, quotes removed; each character is one octet. The name is in lower case. */
export type RawParameter = readonly [name: string, value: string]

/** @param latin1 an unfolded value; @param from where its parameters begin. */
export function parseParameters(latin1: string, from: number): readonly RawParameter[] {
  const found: RawParameter[] = []
  let at = skipBetween(latin1, from)
  while (at < latin1.length && found.length < parametersMax) {
    const nameEnd = findAny(latin1, at, '=;')
    if (latin1[nameEnd] !== '=') {
      at = skipBetween(latin1, nameEnd)
      continue
    }
    const name = latin1.slice(at, nameEnd).trim().toLowerCase()
    const valueStart = skipSpace(latin1, nameEnd + 1)
    const { value, end } =
      latin1[valueStart] === '"'
        ? readQuoted(latin1, valueStart + 1)
        : readBare(latin1, valueStart, name)
    if (name !== '') found.push([name, value])
    at = skipBetween(latin1, end)
  }
  return found
}

/** Continuations joined, charsets and percents decoded, encoded words tolerated. */
export function decodeParameters(raw: readonly RawParameter[]): Parameters {
  const decoded = new Map<string, string>()
  const segments = new Map<string, Segment[]>()
  for (const [name, value] of raw) {
    const star = name.indexOf('*')
    if (star > 0) addSegment(segments, name, star, value)
    else if (!decoded.has(name)) decoded.set(name, decodeWords(textOf(value)))
  }
  for (const [name, parts] of segments) decoded.set(name, joinSegments(parts))
  return decoded
}

interface Segment {
  readonly index: number
  readonly isExtended: boolean
  readonly value: string
}

function addSegment(
  segments: Map<string, Segment[]>,
  name: string,
  star: number,
  value: string,
): void {
  const isExtended = name.endsWith('*')
  const digits = name.slice(star + 1, isExtended ? Math.max(star + 1, name.length - 1) : undefined)
  const index = digits === '' ? 0 : Number(digits)
  if (!Number.isSafeInteger(index)) return
  const base = name.slice(0, star)
  const parts = segments.get(base)
  const segment = { index, isExtended, value }
  if (parts === undefined) segments.set(base, [segment])
  else parts.push(segment)
}

function joinSegments(parts: Segment[]): string {
  parts.sort((a, b) => a.index - b.index)
  let charset: string | undefined
  const octets: Buffer[] = []
  for (const [place, part] of parts.entries()) {
    let value = part.value
    if (place === 0 && part.isExtended) {
      const [, label = '', rest] = /^([^']*)'[^']*'(.*)$/s.exec(value) ?? []
      if (rest !== undefined) {
        charset = label === '' ? undefined : label
        value = rest
      }
    }
    octets.push(part.isExtended ? decodePercents(value) : Buffer.from(value, 'latin1'))
  }
  const text = decodeText(Buffer.concat(octets), charset)
  return charset === undefined ? decodeWords(text) : text
}

function decodePercents(value: string): Buffer {
  const plain = value.replaceAll(/%([\dA-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(plain, 'latin1')
}

function readQuoted(text: string, from: number): { value: string; end: number } {
  let value = ''
  let at = from
  while (at < text.length && text[at] !== '"') {
    const stop = findAny(text, at, '"\\')
    value += text.slice(at, stop)
    at = stop
    if (text[at] === '\\') {
      value += text[at + 1] ?? ''
      at += 2
    }
  }
  return { value, end: at + 1 }
}

/** A token; file names come with unquoted spaces, and then the rest up to `;` is theirs. */
function readBare(text: string, from: number, name: string): { value: string; end: number } {
  const end = findAny(text, from, ';')
  const whole = text.slice(from, end).trim()
  if (name.startsWith('name') || name.startsWith('filename')) return { value: whole, end }
  const stop = whole.search(/[\s(]/)
  return { value: stop < 0 ? whole : whole.slice(0, stop), end }
}

/** Past separators, white space and comments. */
function skipBetween(text: string, from: number): number {
  let at = from
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === 0x3b || code === 0x20 || code === 0x09) at++
    else if (code === 0x28) at = skipComment(text, at)
    else return at
  }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}

/** The first place of any of these characters, or the end. */
function findAny(text: string, from: number, characters: string): number {
  for (let at = from; at < text.length; at++) if (characters.includes(text.charAt(at))) return at
  return text.length
}
