/**
 * One segment: headers and bodies of the same messages, apart, because most searches want but one of
 * them, and a filter for each. Compressed, then sealed under a content key of its own.
 */
import { constants, zstdCompress, zstdDecompress, zstdDecompressSync } from 'node:zlib'
import { promisify } from 'node:util'
import { newId, type MessageId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { AccountKeys, ContentKey } from '../../keys/types.ts'
import type { StoreContext } from '../context.ts'
import { zstdLevel } from '../limits.ts'
import { findFrameSize } from './frame-size.ts'
import { handedOverOctetsMin } from './limits.ts'
import { decodePack, textsOf } from './text-pack.ts'
import { filterOctets, filterOf } from './trigrams.ts'

/** What a segment is made of; packs as `encodePack` writes them. */
export interface SegmentTexts {
  readonly messageIds: readonly MessageId[]
  readonly headers: Buffer
  readonly bodies: Buffer
}

export type SegmentPart = 'headers' | 'bodies'

/** What is sealed as a pack; words of documents in segments of their own (`store/documents`). */
export type SealedPart = SegmentPart | 'documents'

export interface SegmentFilter {
  readonly headers: Buffer
  readonly bodies: Buffer
}

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** Of a frame that does not say how much it holds. */
const pieceOctets = 1024 * 1024
/** zlib's least. */
const pieceOctetsMin = 64

/** Off the main thread, but for what takes no longer than handing it over. */
export async function decompressPack(packed: Buffer): Promise<Buffer> {
  const chunkSize = pieceOf(packed)
  return chunkSize > handedOverOctetsMin
    ? decompress(packed, { chunkSize })
    : zstdDecompressSync(packed, { chunkSize })
}

/** All in one piece: each costs a turn of the event loop, and one that is too large its memory. */
function pieceOf(packed: Buffer): number {
  return Math.max(findFrameSize(packed) ?? pieceOctets, pieceOctetsMin)
}

/** The filter is remembered: what has just come is what is looked for. */
export async function insertSegment(
  context: StoreContext,
  tx: Tx,
  keys: AccountKeys,
  texts: SegmentTexts,
): Promise<void> {
  const id = newId(context.clock)
  const key = keys.newContentKey(id)
  const filter = Buffer.concat([texts.headers, texts.bodies].map(filterOfPack))
  tx.afterCommit(() => context.searchFilters.add(id, filter))
  await tx.execute({
    name: 'store.add-segment',
    text: `INSERT INTO search_segment (account_id, segment_id, message_ids, text_octets,
        content_key, filter, headers, bodies)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      keys.accountId,
      id,
      texts.messageIds,
      texts.headers.length + texts.bodies.length,
      key.wrapped,
      key.seal({ object: id, field: 'search.filter' }, filter),
      await sealPack(key, id, 'headers', texts.headers),
      await sealPack(key, id, 'bodies', texts.bodies),
    ],
  })
}

function filterOfPack(octets: Buffer): Buffer {
  return filterOf(textsOf(decodePack(octets)))
}

/** Off the main thread: a megabyte takes milliseconds. */
export async function sealPack(
  key: ContentKey,
  id: string,
  part: SealedPart,
  octets: Buffer,
): Promise<Buffer> {
  const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel }
  const packed = await compress(octets, { params, pledgedSrcSize: octets.length })
  return key.seal({ object: id, field: `search.${part}` }, packed)
}

export interface SealedPack {
  readonly segment_id: string
  readonly content_key: Buffer
  readonly sealed: Buffer
}

export function openPack(keys: AccountKeys, part: SealedPart, pack: SealedPack): Buffer {
  const packed = unsealPack(keys, part, pack)
  return zstdDecompressSync(packed, { chunkSize: pieceOf(packed) })
}

/** Compressed still. */
export function unsealPack(keys: AccountKeys, part: SealedPart, pack: SealedPack): Buffer {
  return openSealed(keys, `search.${part}`, pack)
}

export function openSealed(
  keys: AccountKeys,
  field: string,
  { segment_id: id, content_key: wrapped, sealed }: SealedPack,
): Buffer {
  return keys.openContentKey(id, wrapped).open({ object: id, field }, sealed)
}

/** As it was sealed, of one piece. */
export function filterIn(octets: Buffer): SegmentFilter {
  return { headers: octets.subarray(0, filterOctets), bodies: octets.subarray(filterOctets) }
}
