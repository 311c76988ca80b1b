/** Any subtree's hash out of tiles, and the proofs made of them. C2SP tlog-tiles, RFC 6962 §2.1. */
import { hashNode, hashOctets, hashRun, splitOf } from './hash.ts'
import { tileWidth } from './limits.ts'
import { consistencyRanges, inclusionRanges } from './proof.ts'
import type { Range } from './proof.ts'
import type { Hash } from './types.ts'

/** Gives the tile, with as many hashes as there are. */
export type ReadTile = (level: number, index: number) => Promise<Buffer>

export async function proveInclusion(
  readTile: ReadTile,
  index: number,
  size: number,
): Promise<readonly Hash[]> {
  return hashRanges(readTile, inclusionRanges(index, size))
}

export async function proveConsistency(
  readTile: ReadTile,
  oldSize: number,
  size: number,
): Promise<readonly Hash[]> {
  if (oldSize === 0) return []
  return hashRanges(readTile, consistencyRanges(oldSize, size))
}

async function hashRanges(readTile: ReadTile, ranges: readonly Range[]): Promise<readonly Hash[]> {
  const hashes: Hash[] = []
  for (const range of ranges) hashes.push(await hashRange(readTile, range))
  return hashes
}

/** `range` begins where a subtree of RFC 6962 §2.1 of its size may begin, and is not empty. */
export async function hashRange(readTile: ReadTile, { start, end }: Range): Promise<Hash> {
  const length = end - start
  if (length === 1 || splitOf(length) * 2 === length) return hashWhole(readTile, start, length)
  const middle = start + splitOf(length)
  const left = await hashWhole(readTile, start, middle - start)
  return hashNode(left, await hashRange(readTile, { start: middle, end }))
}

/** A subtree of a power of two entries: part of one tile. */
async function hashWhole(readTile: ReadTile, start: number, length: number): Promise<Hash> {
  let level = 0
  let span = 1
  while (span * tileWidth <= length) {
    span *= tileWidth
    level += 1
  }
  const first = start / span
  const tile = await readTile(level, Math.floor(first / tileWidth))
  return hashPart(tile, first % tileWidth, length / span)
}

/** Hashes of parts of a tile, as long as its reader keeps it: proofs share the upper tiles. */
const known = new WeakMap<Buffer, Map<number, Hash>>()

function hashPart(tile: Buffer, from: number, count: number): Hash {
  const parts = known.get(tile) ?? new Map<number, Hash>()
  known.set(tile, parts)
  // Both are at most 256: two parts never share a name.
  const name = from * (2 * tileWidth) + count
  const part = tile.subarray(from * hashOctets, (from + count) * hashOctets)
  const hash = parts.get(name) ?? hashRun(part)
  parts.set(name, hash)
  return hash
}
