/**
 * The header blocks of the messages of a pack, and where in them each field stands, so that some fields of
 * all are found without reading a header again. Version (1), counts, then columns, names, octets.
 */
import { parseMessage } from '../../mime/parse.ts'
import { ColumnReader, ColumnWriter } from './columns.ts'

const version = 1

export interface HeadsPart {
  readonly octets: number
  /** Names of fields in lower case; `nameOf` has their places. */
  readonly names: readonly string[]
  /** Where each header begins in `heads`, and behind the last where it ends. */
  readonly headStarts: Uint32Array
  /** Of each message the place of its first field, and behind the last the number of all. */
  readonly fieldStarts: Uint32Array
  readonly nameOf: Uint16Array
  /** From the beginning of its header; a field ends before its line end. */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  readonly heads: Buffer
}

/** Beyond this the names of a pack do not fit their column: then it has none. */
const namesMax = 65_536

/** Undefined: the headers have more different names of fields than a pack may have. */
export function encodeHeadsPart(headers: readonly Buffer[]): Buffer | undefined {
  const names = new Map<string, number>()
  const headStarts: number[] = [0]
  const fieldStarts: number[] = [0]
  const nameOf: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  for (const header of headers) {
    for (const field of parseMessage(header).fields) {
      let name = names.get(field.lowerName)
      if (name === undefined) names.set(field.lowerName, (name = names.size))
      nameOf.push(name)
      starts.push(field.start)
      ends.push(field.end)
    }
    headStarts.push((headStarts.at(-1) ?? 0) + header.length)
    fieldStarts.push(nameOf.length)
  }
  if (names.size > namesMax) return undefined
  const text = Buffer.from(JSON.stringify([...names.keys()]))
  return new ColumnWriter()
    .add(Uint32Array.of(version, headers.length, nameOf.length, text.length))
    .add(Uint32Array.from(headStarts))
    .add(Uint32Array.from(fieldStarts))
    .add(Uint16Array.from(nameOf))
    .add(Uint32Array.from(starts))
    .add(Uint32Array.from(ends))
    .add(text)
    .add(Buffer.concat(headers))
    .end()
}

export function decodeHeadsPart(octets: Buffer): HeadsPart {
  const reader = new ColumnReader(octets)
  const [, count = 0, fields = 0, textOctets = 0] = reader.words(4)
  const headStarts = reader.words(count + 1)
  const fieldStarts = reader.words(count + 1)
  const nameOf = reader.shorts(fields)
  const starts = reader.words(fields)
  const ends = reader.words(fields)
  // Written by encodeHeadsPart and sealed since.
  const names = JSON.parse(reader.octets(textOctets).toString()) as readonly string[]
  const heads = reader.octets(headStarts.at(-1) ?? 0)
  const columns = { headStarts, fieldStarts, nameOf, starts, ends }
  return { octets: octets.length, names, heads, ...columns }
}

export function headAt({ heads, headStarts }: HeadsPart, place: number): Buffer {
  return heads.subarray(headStarts[place], headStarts[place + 1])
}
