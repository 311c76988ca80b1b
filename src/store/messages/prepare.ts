/** A message made ready once for however many accounts it goes to: parsed, compressed, hashed. */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { parseOnce } from '../../mime/parse-once.ts'
import { envelopeOf } from '../../mime/envelope.ts'
import { findValue } from '../../mime/header.ts'
import { structureOf } from '../../mime/structure.ts'
import { compressAsyncOctetsMin, compressOctetsMin, referencesMax, zstdLevel } from '../limits.ts'
import { hasDocuments } from '../documents/words-of.ts'
import { encodeFacts } from './summary.ts'

export interface PreparedMessage {
  /** RFC822.SIZE without anybody's trace fields. */
  readonly octets: number
  /** First octet says how the rest is packed. */
  readonly packed: Buffer
  readonly header: Buffer
  readonly facts: Buffer
  /** Files that may have words for search. */
  readonly hasDocuments: boolean
  /** Message-IDs that tie it to a thread, its own first. */
  readonly references: readonly string[]
  /** The object it became, when it is large; made by the first account that takes it. */
  object: Promise<StoredObject> | undefined
}

export interface StoredObject {
  readonly id: string
  /** Before sealing. */
  readonly octets: number
  readonly secret: Buffer
}

const packings = { raw: 0, zstd: 1 } as const
const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel }
/** More than a frame adds to octets that do not become smaller, up to the size of a piece. */
const frameSpareOctets = 512
const packedChunkOctetsMax = 512 * 1024
/** Most messages come out in one piece: joining several costs more than the room. */
const unpackedChunkOctets = 64 * 1024
const compressAsync = promisify(zstdCompress)

export async function prepareMessage(octets: Buffer): Promise<PreparedMessage> {
  const root = parseOnce(octets)
  const envelope = envelopeOf(octets, root)
  return {
    octets: octets.length,
    packed: await pack(octets),
    header: octets.subarray(0, root.bodyStart),
    facts: encodeFacts(envelope, structureOf(octets, root)),
    hasDocuments: hasDocuments(root),
    references: referencesOf(
      envelope.messageId,
      envelope.inReplyTo,
      findValue(octets, root.fields, 'references'),
    ),
    object: undefined,
  }
}

/** RFC 5322 §3.6.4: own Message-ID first, then In-Reply-To, then the latest References. */
function referencesOf(...values: readonly (string | undefined)[]): readonly string[] {
  const [own, inReplyTo, references] = values.map((value) => value?.match(/<[^<>\s]+>/g) ?? [])
  const others = [...(inReplyTo ?? []), ...(references ?? []).toReversed()]
  return [...new Set([...(own ?? []).slice(0, 1), ...others])].slice(0, referencesMax)
}

async function pack(octets: Buffer): Promise<Buffer> {
  if (octets.length < compressOctetsMin) return Buffer.concat([Buffer.of(packings.raw), octets])
  // A frame that knows its size is made, and opened, with tables of that size.
  // Room for the whole in one piece: nothing is joined.
  const chunkSize = Math.min(octets.length + frameSpareOctets, packedChunkOctetsMax)
  const options = { params, pledgedSrcSize: octets.length, chunkSize }
  const compressed =
    octets.length < compressAsyncOctetsMin
      ? zstdCompressSync(octets, options)
      : await compressAsync(octets, options)
  const isSmaller = compressed.length < octets.length
  const packing = isSmaller ? packings.zstd : packings.raw
  return Buffer.concat([Buffer.of(packing), isSmaller ? compressed : octets])
}

export function unpack(packed: Buffer): Buffer {
  const content = packed.subarray(1)
  return packed[0] === packings.zstd
    ? zstdDecompressSync(content, { chunkSize: unpackedChunkOctets })
    : content
}
