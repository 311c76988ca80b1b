/** `BODY[...]<...>` and `BINARY[...]<...>`: which octets of a message. RFC 9051 §6.4.5.1. */
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'

export type SectionText =
  | { readonly kind: 'all' }
  | { readonly kind: 'header' }
  | { readonly kind: 'fields'; readonly names: readonly string[]; readonly isNot: boolean }
  | { readonly kind: 'text' }
  | { readonly kind: 'mime' }

export interface Section {
  /** `1.2`: empty is the message itself. */
  readonly path: readonly number[]
  readonly text: SectionText
  /** As it stands in the response, e.g. `1.2.HEADER.FIELDS (To)`. */
  readonly label: string
}

export interface Partial {
  readonly offset: number
  readonly octets: number
}

const depthMax = 100
/** HEADER.FIELDS: names asked for at once. */
const namesMax = 256

/** After the opening bracket, up to and with the closing one. */
export function parseSection(cursor: Cursor): Section {
  const path = parsePath(cursor)
  const digits = path.join('.')
  if (cursor.trySkip(']')) return { path, text: { kind: 'all' }, label: digits }
  if (path.length > 0) cursor.skip('.')
  const { text, label } = parseText(cursor, path.length > 0)
  cursor.skip(']')
  return { path, text, label: digits === '' ? label : `${digits}.${label}` }
}

/** `BINARY[1.2]`: numbers only (RFC 9051 §6.4.5). */
export function parseBinarySection(cursor: Cursor): Section {
  const path = parsePath(cursor)
  cursor.skip(']')
  return { path, text: { kind: 'all' }, label: path.join('.') }
}

export function parsePartial(cursor: Cursor): Partial | undefined {
  if (!cursor.trySkip('<')) return undefined
  const offset = cursor.number()
  cursor.skip('.')
  const octets = cursor.nonZero()
  cursor.skip('>')
  return { offset, octets }
}

function parsePath(cursor: Cursor): readonly number[] {
  const path: number[] = []
  if (!isDigit(cursor.peek())) return path
  do {
    path.push(cursor.nonZero())
    if (path.length > depthMax) throw new BadSyntax('The section is too deep')
  } while (isDigit(cursor.peek(1)) && cursor.trySkip('.'))
  return path
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9'
}

function parseText(cursor: Cursor, isPart: boolean): { text: SectionText; label: string } {
  const name = cursor.take(/[A-Za-z.]/, 'section').toUpperCase()
  switch (name) {
    case 'HEADER':
      return { text: { kind: 'header' }, label: name }
    case 'TEXT':
      return { text: { kind: 'text' }, label: name }
    case 'HEADER.FIELDS':
    case 'HEADER.FIELDS.NOT': {
      cursor.space()
      const names = cursor.list(() => cursor.astring())
      if (names.length > namesMax) throw new BadSyntax('Too many field names')
      const isNot = name.endsWith('.NOT')
      const lowerNames = names.map((field) => field.toLowerCase())
      const label = `${name} (${names.map(formatFieldName).join(' ')})`
      return { text: { kind: 'fields', names: lowerNames, isNot }, label }
    }
    case 'MIME':
      if (isPart) return { text: { kind: 'mime' }, label: name }
      throw new BadSyntax('MIME needs a part number')
    default:
      throw new BadSyntax('There is no such section')
  }
}

function formatFieldName(name: string): string {
  return /^[!#$&'+,\-./0-9:;<=>?@A-Z[^_`a-z|~]+$/.test(name)
    ? name
    : `"${name.replace(/["\\]/g, '\\$&').replace(/[\r\n\0]/g, '')}"`
}
