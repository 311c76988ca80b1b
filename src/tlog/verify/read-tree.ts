/**
 * Reads an export once from end to end: grows the tree from its entries, and where the export's own
 * hashes of entries say something else, from those too.
 */
import { hashLeaf } from '../hash.ts'
import { tileWidth } from '../limits.ts'
import type { Hash } from '../types.ts'
import type { ExportFiles } from './read-export.ts'
import { Regrowth } from './regrowth.ts'

/** A bundle and the tile that should be its hashes. */
export interface Pair {
  readonly index: number
  readonly entries: readonly Buffer[]
  readonly found: readonly Hash[]
  readonly signed: readonly Hash[]
}

export interface TreeRead {
  /** Grown from the entries, and from the tiles of level 0. The same where they agree. */
  readonly fromEntries: Regrowth
  readonly fromTiles: Regrowth
  /** The first bundle that is not what its tile says. */
  readonly apart: Pair | undefined
  /** Tiles that are not what their bundle says, or are not there. */
  readonly oddTiles: readonly number[]
  /** The export ends here, before its tree does. */
  readonly endsAt: number | undefined
}

export interface ReadTreeOptions {
  readonly files: ExportFiles
  readonly size: number
  readonly wantedRoots: ReadonlySet<number>
  readonly onEntry: (index: number, entry: Buffer) => void
  readonly onProgress: (done: number) => void
}

export async function readTree(options: ReadTreeOptions): Promise<TreeRead> {
  const { files, size } = options
  const fromEntries = new Regrowth(options.wantedRoots)
  let fromTiles: Regrowth | undefined
  let apart: Pair | undefined
  const oddTiles: number[] = []
  for (let index = 0; index * tileWidth < size; index += 1) {
    const [entries, signed] = await Promise.all([files.bundle(index), files.tile(0, index)])
    const width = files.width(0, index)
    if (entries === undefined && signed === undefined) {
      fromTiles ??= fromEntries.copy()
      for (const tree of [fromEntries, fromTiles]) tree.push(undefined, width)
      return { fromEntries, fromTiles, apart, oddTiles, endsAt: index * tileWidth }
    }
    const found = hashAll(entries ?? [], index * tileWidth, options)
    if (!areSame(found, signed)) {
      fromTiles ??= fromEntries.copy()
      oddTiles.push(index)
      if (signed !== undefined) apart ??= { index, entries: entries ?? [], found, signed }
    }
    fromEntries.push(found, width)
    fromTiles?.push(signed, width)
    options.onProgress(Math.min(size, (index + 1) * tileWidth))
  }
  fromTiles ??= fromEntries
  return { fromEntries, fromTiles, apart, oddTiles, endsAt: undefined }
}

/** Reads one pair again. */
export async function readPair(files: ExportFiles, index: number): Promise<Pair> {
  const entries = (await files.bundle(index)) ?? []
  const signed = (await files.tile(0, index)) ?? []
  return { index, entries, found: entries.map(hashLeaf), signed }
}

function hashAll(
  entries: readonly Buffer[],
  first: number,
  { onEntry }: ReadTreeOptions,
): readonly Hash[] {
  return entries.map((entry, offset) => {
    onEntry(first + offset, entry)
    return hashLeaf(entry)
  })
}

function areSame(found: readonly Hash[], signed: readonly Hash[] | undefined): boolean {
  return (
    found.length === signed?.length &&
    found.every((hash, at) => signed[at] !== undefined && hash.equals(signed[at]))
  )
}
