/** Entries of METADATA: their names, GETMETADATA's options, SETMETADATA's values. RFC 5464 §5. */
import { metadataEntriesMax, metadataNameCharsMax } from '../limits.ts'
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'

export interface EntryName {
  readonly isShared: boolean
  /** In lower case, without its `/private` or `/shared`; empty is all of them. */
  readonly path: string
  /** As the client wrote it. */
  readonly written: string
}

export interface MetadataOptions {
  /** Larger values are left out. */
  readonly octetsMax: number
  /** How far beneath an entry: 0, 1 or Infinity levels. */
  readonly depth: number
}

export function parseEntry(cursor: Cursor): EntryName {
  const written = cursor.astring()
  const match = /^\/(private|shared)(\/[^/*%]+(?:\/[^/*%]+)*)?$/i.exec(written)
  // oxlint-disable-next-line no-control-regex -- RFC 5464 §3.2 forbids controls and 8-bit
  if (match === null || /[^\x20-\x7e]/.test(written) || written.length > metadataNameCharsMax) {
    throw new BadSyntax('This is no name of an entry')
  }
  const isShared = match[1]?.toLowerCase() === 'shared'
  return { isShared, path: (match[2] ?? '').toLowerCase(), written }
}

/** One entry or a list of them. */
export function parseEntries(cursor: Cursor): readonly EntryName[] {
  if (cursor.peek() !== '(') return [parseEntry(cursor)]
  const entries = cursor.list(() => parseEntry(cursor))
  if (entries.length > metadataEntriesMax) throw new BadSyntax('Too many entries')
  return entries
}

/** `(MAXSIZE 1024 DEPTH 1)`. */
export function parseMetadataOptions(cursor: Cursor): MetadataOptions {
  let octetsMax = Infinity
  let depth = 0
  cursor.list(() => {
    const word = cursor.word()
    cursor.space()
    if (word === 'MAXSIZE') octetsMax = cursor.number()
    else if (word === 'DEPTH') depth = parseDepth(cursor)
    else throw new BadSyntax('There is no such option')
  })
  return { octetsMax, depth }
}

function parseDepth(cursor: Cursor): number {
  const word = cursor.word()
  if (word === '0') return 0
  if (word === '1') return 1
  if (word === 'INFINITY') return Infinity
  throw new BadSyntax('DEPTH is 0, 1 or infinity')
}

/** A value, or NIL. */
export function parseMetadataValue(cursor: Cursor): Buffer | undefined {
  if (cursor.tryWord('NIL')) return undefined
  return cursor.isLiteral ? cursor.literal().octets : cursor.stringOctets()
}
