/**
 * The entries of a mailbox as one piece of octets: the columns of its chunks, and what is asked of a chunk as a whole.
 * Reading it copies columns and looks at no entry, so that the first mailbox a node reads costs it no loop that is not
 * compiled yet. ADR 0065.
 */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { zstdLevel } from '../limits.ts'
import { Chunk } from './chunk.ts'
import type { EntryColumns } from './entry-columns.ts'

const compress = promisify(zstdCompress)

/** What is written says how it is to be read: another version is no snapshot. */
const version = 1
/** The version, and how long the rest is before it is compressed. */
const frameOctets = 5
const lengthOctets = 4

/** Of each chunk: entries, unseen, deleted, the highest modSeq, every set of keyword bits. */
type ChunkHead = readonly [number, number, number, number, readonly number[]]

/** Compressed off the main thread: half a million entries are six megabytes before. */
export async function encodeSnapshot({ chunks }: EntryColumns): Promise<Buffer> {
  const heads = chunks.map((chunk): ChunkHead => {
    const { unseen, deleted, modSeqMax, keywords } = chunk.sums()
    return [chunk.count, unseen, deleted, modSeqMax, [...keywords]]
  })
  const head = Buffer.from(JSON.stringify(heads))
  const length = Buffer.alloc(lengthOctets)
  length.writeUInt32LE(head.length)
  const body = Buffer.concat([length, head, ...chunks.flatMap(columnsOf)])
  const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel }
  const frame = Buffer.of(version, 0, 0, 0, 0)
  frame.writeUInt32LE(body.length, 1)
  return Buffer.concat([frame, await compress(body, { params })])
}

/** Undefined: it is not of this version. */
export function decodeSnapshot(octets: Buffer): readonly Chunk[] | undefined {
  if (octets[0] !== version) return undefined
  // In one piece of the right size: collecting small ones takes as long as decompressing them.
  const chunkSize = octets.readUInt32LE(1)
  const body = zstdDecompressSync(octets.subarray(frameOctets), { chunkSize })
  let at = lengthOctets + body.readUInt32LE(0)
  // Our own program wrote it.
  const heads = JSON.parse(body.toString('utf8', lengthOctets, at)) as readonly ChunkHead[]
  return heads.map(([count, unseen, deleted, modSeqMax, keywords]) => {
    const chunk = new Chunk(count, { unseen, deleted, modSeqMax, keywords: new Set(keywords) })
    for (const column of filledOf(chunk)) {
      const { byteLength } = column
      new Uint8Array(column.buffer).set(body.subarray(at, at + byteLength))
      at += byteLength
    }
    return chunk
  })
}

/** As octets, in the order of `filledOf`. */
function columnsOf(chunk: Chunk): readonly Uint8Array[] {
  return filledOf(chunk).map((column) => {
    const octets = chunk.count * column.BYTES_PER_ELEMENT
    return new Uint8Array(column.buffer, column.byteOffset, octets)
  })
}

/** Keywords last, where any entry has one: some may have had them once. */
function filledOf(chunk: Chunk) {
  const { uids, flags, modSeqs, keywords } = chunk
  const hasNone = keywords === undefined || chunk.sums().keywords.size === 0
  return hasNone ? [uids, modSeqs, flags] : [uids, modSeqs, flags, keywords]
}
