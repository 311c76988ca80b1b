/** The parts of a pack: each is compressed and sealed by itself, because most readers want one or two. */
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { promisify } from 'node:util'
import type { OrderFacts } from '../../mime/order-facts.ts'
import type { AccountKeys, ContentKey } from '../../keys/types.ts'
import { zstdLevel } from '../limits.ts'
import { decodeFactsPart, type FactsPart } from './facts-part.ts'
import { decodeFormsPart, type FormsPart } from './forms-part.ts'
import { decodeHeadsPart, type HeadsPart } from './heads-part.ts'
import { decodeOrders } from './orders-part.ts'
import type { PartName } from './pack-cache.ts'

export interface OrdersPart {
  /** Counted for the values made of them. */
  readonly octets: number
  readonly orders: readonly OrderFacts[]
}

export interface PackParts {
  readonly facts: FactsPart
  readonly heads: HeadsPart
  readonly forms: FormsPart
  readonly orders: OrdersPart
}

const decoders: { readonly [N in PartName]: (octets: Buffer) => PackParts[N] } = {
  facts: decodeFactsPart,
  heads: decodeHeadsPart,
  forms: decodeFormsPart,
  orders: (octets) => ({ octets: octets.length * 3, orders: decodeOrders(octets) }),
}

const compress = promisify(zstdCompress)

/** Off the main thread: a megabyte takes milliseconds. */
export async function sealPart(
  key: ContentKey,
  pack: string,
  name: PartName,
  octets: Buffer,
): Promise<Buffer> {
  const params = { [constants.ZSTD_c_compressionLevel]: zstdLevel }
  const packed = await compress(octets, { params, pledgedSrcSize: octets.length })
  return key.seal({ object: pack, field: `pack.${name}` }, packed)
}

export function openPart<N extends PartName>(
  keys: AccountKeys,
  name: N,
  pack: { readonly pack_id: string; readonly content_key: Buffer; readonly sealed: Buffer },
): PackParts[N] {
  const key = keys.openContentKey(pack.pack_id, pack.content_key)
  const packed = key.open({ object: pack.pack_id, field: `pack.${name}` }, pack.sealed)
  return decoders[name](zstdDecompressSync(packed, { chunkSize: unpackedChunkOctets }))
}

/** Most parts come out in one piece. */
const unpackedChunkOctets = 256 * 1024
