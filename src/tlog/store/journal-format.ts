/**
 * The journal's octets: a mark, then records of length (4), CRC-32 (4) and body. The first record is the
 * base: the tree up to a whole number of bundles, whose tiles are on disk. Each other one is a batch: its
 * signed checkpoint and its entries as a bundle.
 */
import { crc32 } from 'node:zlib'
import { formatBundle, parseBundle } from '../bundle.ts'
import { Edge } from '../edge.ts'
import { hashOctets } from '../hash.ts'
import { tileWidth } from '../limits.ts'
import { LogFault } from '../types.ts'
import type { ChainPoint } from '../types.ts'

const mark = Buffer.from('tamar-log-journal 1\n')
const headOctets = 8
const kinds = { base: 1, batch: 2 } as const

export interface JournalBase {
  readonly edge: Edge
  readonly chains: ReadonlyMap<string, ChainPoint>
}

export interface JournalBatch {
  readonly checkpoint: string
  readonly entries: readonly Buffer[]
}

export interface JournalContent {
  readonly base: JournalBase
  readonly batches: readonly JournalBatch[]
  /** Up to here it is whole; what follows was being written when the machine stopped. */
  readonly octets: number
}

export function formatBase({ edge, chains }: JournalBase): Buffer {
  const tiles = edge.tiles().map((tile) => tile.toString('base64'))
  const json = JSON.stringify({ size: edge.size, tiles, chains: [...chains] })
  return Buffer.concat([mark, formatRecord(kinds.base, [Buffer.from(json)])])
}

export function formatBatch({ checkpoint, entries }: JournalBatch): Buffer {
  const note = Buffer.from(checkpoint)
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(note.length)
  return formatRecord(kinds.batch, [length, note, formatBundle(entries)])
}

function formatRecord(kind: number, parts: readonly Buffer[]): Buffer {
  const record = Buffer.concat([Buffer.alloc(headOctets), Buffer.from([kind]), ...parts])
  const body = record.subarray(headOctets)
  record.writeUInt32BE(body.length, 0)
  record.writeUInt32BE(crc32(body), 4)
  return record
}

/** @throws LogFault when anything but its end is damaged. */
export function parseJournal(journal: Buffer): JournalContent {
  if (!journal.subarray(0, mark.length).equals(mark)) throw damaged('it does not begin as one')
  let base: JournalBase | undefined
  const batches: JournalBatch[] = []
  let at = mark.length
  for (let body = bodyAt(journal, at); body !== undefined; body = bodyAt(journal, at)) {
    if (base === undefined) base = parseBase(body)
    else batches.push(parseBatch(body))
    at += headOctets + body.length
  }
  if (base === undefined || batches.length === 0) throw damaged('its beginning is not whole')
  return { base, batches, octets: at }
}

/**
 * Undefined at the end. A record is written only after the one before is on disk, so what is broken and
 * yet followed by more was not broken by a stop.
 */
function bodyAt(journal: Buffer, at: number): Buffer | undefined {
  const rest = journal.subarray(at)
  if (rest.length < headOctets) return undefined
  const end = headOctets + rest.readUInt32BE(0)
  const body = rest.subarray(headOctets, end)
  if (end > headOctets && end <= rest.length && crc32(body) === rest.readUInt32BE(4)) return body
  if (end > headOctets && end >= rest.length) return undefined
  if (rest.every((octet) => octet === 0)) return undefined
  throw damaged(`what stands at octet ${at} was changed`)
}

function parseBase(body: Buffer): JournalBase {
  if (body[0] !== kinds.base) throw damaged('its first record is no base')
  // Written by formatBase and covered by its checksum; the tree is held to the signed root later.
  const { size, tiles, chains } = JSON.parse(body.toString('utf8', 1)) as {
    readonly size: number
    readonly tiles: readonly string[]
    readonly chains: readonly (readonly [string, ChainPoint])[]
  }
  const hashes = tiles.map((tile) => Buffer.from(tile, 'base64'))
  if (size % tileWidth !== 0 || hashes.some((tile) => tile.length % hashOctets !== 0))
    throw damaged('its base is none')
  return { edge: new Edge(size, hashes), chains: new Map(chains) }
}

function parseBatch(body: Buffer): JournalBatch {
  if (body[0] !== kinds.batch) throw damaged('a record is no batch')
  const noteEnd = 5 + body.readUInt32BE(1)
  const checkpoint = body.toString('utf8', 5, noteEnd)
  return { checkpoint, entries: parseBundle(body.subarray(noteEnd)) }
}

function damaged(what: string): LogFault {
  return new LogFault(
    `The journal of the log is damaged: ${what}. Restore the folder from its newest copy; do not edit it.`,
  )
}
