/** Whether the entries of an export are the tree that was signed, and if not, where they first are not. */
import { tileWidth } from '../limits.ts'
import { hashesAt } from '../tile-path.ts'
import type { Checkpoint } from '../types.ts'
import { diagnose } from './diagnose.ts'
import { locate } from './locate.ts'
import type { ExportFiles } from './read-export.ts'
import { readPair } from './read-tree.ts'
import type { TreeRead } from './read-tree.ts'
import type { Fault } from './report.ts'

/** Every entry's inclusion is proven when none of the faults has an index. */
export async function judgeTree(
  files: ExportFiles,
  checkpoint: Checkpoint,
  read: TreeRead,
): Promise<readonly Fault[]> {
  const { fromEntries, fromTiles, apart } = read
  if (fromEntries.is(checkpoint)) return findOddTiles(files, checkpoint, read)
  if (fromTiles.is(checkpoint) && apart !== undefined)
    return [await diagnose(files, apart, checkpoint.size)]
  if (read.endsAt !== undefined) return [sayEnd(checkpoint.size, read.endsAt)]
  return [await findPlace(files, checkpoint, read)]
}

/** The entries are good: which files of hashes are not what they give? */
async function findOddTiles(
  files: ExportFiles,
  { size }: Checkpoint,
  { fromEntries, oddTiles }: TreeRead,
): Promise<readonly Fault[]> {
  const odd = oddTiles.map((index) => files.path(0, index))
  for (let level = 1; hashesAt(level, size) > 0; level += 1)
    for (let index = 0; index * tileWidth < hashesAt(level, size); index += 1) {
      const tile = Buffer.concat((await files.tile(level, index)) ?? [])
      if (!tile.equals(fromEntries.tile(level, index))) odd.push(files.path(level, index))
    }
  return odd.map((file) => ({
    kind: 'tile-altered',
    file,
    text: `${file} is missing or altered; the entries under it are those that were signed.`,
  }))
}

function sayEnd(size: number, index: number): Fault {
  const text = `The export ends before entry ${index}: ${size - index} entries are missing.`
  return { kind: 'missing', index, before: size, text }
}

async function findPlace(
  files: ExportFiles,
  checkpoint: Checkpoint,
  { fromEntries, fromTiles }: TreeRead,
): Promise<Fault> {
  const regrown = fromEntries.isWhole ? fromEntries : fromTiles
  const place = regrown.isWhole ? await locate(files, regrown, checkpoint) : undefined
  if (place === undefined)
    return { kind: 'other-tree', text: 'The export is not the tree that its checkpoint signs.' }
  const { index, before, isSigned } = place
  if (isSigned) {
    const pair = await readPair(files, Math.floor(index / tileWidth))
    return diagnose(files, pair, checkpoint.size)
  }
  const text = `Entries ${index} to ${before - 1} are not those that were signed, and neither are their hashes.`
  return { kind: 'altered', index, before, text }
}
