/** Flags and keywords, RFC 9051 §2.3.2. */
import { flagBits, type SystemFlag } from '../../store/types.ts'
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'

export interface Flags {
  readonly bits: number
  readonly keywords: readonly string[]
}

// Object.keys gives strings; the object is closed, so they are its keys.
const names = Object.keys(flagBits) as SystemFlag[]
const bitsByName = new Map<string, number>(
  names.map((name) => [name.toLowerCase(), flagBits[name]]),
)
/** A keyword is a name, not a text. */
const keywordCharsMax = 100

/** `(\Seen $Junk)`; may be empty. */
export function parseFlagList(cursor: Cursor): Flags {
  return gather(cursor.list(() => parseFlag(cursor), true))
}

/** STORE's argument: with or without parentheses. */
export function parseFlags(cursor: Cursor): Flags {
  if (cursor.peek() === '(') return parseFlagList(cursor)
  const flags: string[] = []
  do flags.push(parseFlag(cursor))
  while (cursor.trySkip(' '))
  return gather(flags)
}

function parseFlag(cursor: Cursor): string {
  return cursor.trySkip('\\') ? `\\${cursor.atom()}` : cursor.atom()
}

function gather(flags: readonly string[]): Flags {
  let bits = 0
  const keywords = new Map<string, string>()
  for (const flag of flags) {
    const bit = bitsByName.get(flag.toLowerCase())
    if (bit !== undefined) bits |= bit
    else if (flag.startsWith('\\')) throw new BadSyntax('There is no such system flag')
    else if (flag.length > keywordCharsMax) throw new BadSyntax('The keyword is too long')
    else keywords.set(flag.toLowerCase(), flag)
  }
  return { bits, keywords: [...keywords.values()] }
}

/** Every combination of system flags, made once: FETCH FLAGS is the most frequent response. */
const bySystemBits = Array.from({ length: 32 }, (_, bits) =>
  names.filter((name) => (bits & flagBits[name]) !== 0).join(' '),
)

export function formatFlags(bits: number, keywords: readonly string[]): string {
  const system = bySystemBits[bits & 31] ?? ''
  if (keywords.length === 0) return `(${system})`
  return `(${system}${system === '' ? '' : ' '}${keywords.join(' ')})`
}
