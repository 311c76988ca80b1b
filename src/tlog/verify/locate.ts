/**
 * Where an export first differs from the tree that was signed, when its tiles of level 0 differ too: the
 * tiles above them are followed from the signed root down, as far as they can be believed.
 */
import { Edge } from '../edge.ts'
import { hashOctets, hashRun } from '../hash.ts'
import { tileWidth } from '../limits.ts'
import { hashesAt } from '../tile-path.ts'
import type { Checkpoint, Hash } from '../types.ts'
import type { ExportFiles } from './read-export.ts'
import type { Regrowth } from './regrowth.ts'

/** Entries up to and without `before`; `isSigned`: the tile of level 0 over them can be believed. */
export interface Place {
  readonly index: number
  readonly before: number
  readonly isSigned: boolean
}

/** Undefined: its tiles do not lead to the root either. */
export async function locate(
  files: ExportFiles,
  regrown: Regrowth,
  { size, root }: Checkpoint,
): Promise<Place | undefined> {
  const edge: (readonly Hash[])[] = []
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const isNone = hashesAt(level, size) % tileWidth === 0
    const tile = isNone ? [] : await files.tile(level, edgeIndex(level, size))
    if (tile === undefined) return undefined
    edge.push(tile)
  }
  const signed = new Edge(
    size,
    edge.map((tile) => Buffer.concat(tile)),
  )
  if (!signed.root().equals(root)) return undefined
  // The highest level stands over the first entries.
  for (let level = edge.length - 1; level >= 0; level -= 1) {
    const index = edgeIndex(level, size)
    const place = firstDifference(edge[level] ?? [], regrown.tile(level, index))
    if (place !== undefined) return descend({ files, regrown }, level, index * tileWidth + place)
  }
  return undefined
}

/** The hash at `index` of `level` is not what was signed: which one beneath it is not? */
async function descend(
  tree: { readonly files: ExportFiles; readonly regrown: Regrowth },
  level: number,
  index: number,
  signed?: Hash,
): Promise<Place> {
  const span = tileWidth ** level
  const whole = { index: index * span, before: (index + 1) * span, isSigned: level === 0 }
  if (level === 0) return whole
  const tile = await tree.files.tile(level - 1, index)
  const wanted = signed ?? (await hashAt(tree.files, level, index))
  if (tile === undefined || !hashRun(Buffer.concat(tile)).equals(wanted)) return whole
  if (level === 1) return { ...whole, isSigned: true }
  const place = firstDifference(tile, tree.regrown.tile(level - 1, index))
  return place === undefined
    ? whole
    : descend(tree, level - 1, index * tileWidth + place, tile[place])
}

async function hashAt(files: ExportFiles, level: number, index: number): Promise<Hash> {
  const tile = await files.tile(level, Math.floor(index / tileWidth))
  return tile?.[index % tileWidth] ?? Buffer.alloc(0)
}

function edgeIndex(level: number, size: number): number {
  return Math.floor(hashesAt(level, size) / tileWidth)
}

function firstDifference(signed: readonly Hash[], regrown: Buffer): number | undefined {
  const place = signed.findIndex((hash, at) => {
    const other = regrown.subarray(at * hashOctets, (at + 1) * hashOctets)
    return !hash.equals(other)
  })
  return place < 0 ? undefined : place
}
