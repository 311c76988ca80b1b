/** What happened to the first entry that is not what a tile says, where that tile can be believed. */
import { tileWidth } from '../limits.ts'
import type { Hash } from '../types.ts'
import { readLeaf } from './chains.ts'
import type { ExportFiles } from './read-export.ts'
import type { Pair } from './read-tree.ts'
import type { Fault, FaultKind } from './report.ts'

export async function diagnose(files: ExportFiles, pair: Pair, size: number): Promise<Fault> {
  const { index: bundle, entries, found, signed } = pair
  const at = signed.findIndex((hash, place) => found[place]?.equals(hash) !== true)
  const place = at < 0 ? signed.length : at
  const index = bundle * tileWidth + place
  const file = files.path(undefined, bundle)
  const here = found[place]
  const isNextMine = found[place + 1]?.equals(signed[place] ?? noHash) === true
  const belongsAt = here === undefined ? undefined : await findHash(files, here, size)
  const [kind, what] = judge({ index, here, isNextMine, belongsAt, isBeyond: at < 0 })
  // Of an entry that is gone only its successor tells the number.
  const leaf = kind === 'missing' ? undefined : readLeaf(entries[place] ?? noHash)
  const who = leaf === undefined ? '' : ` (node ${leaf.node}, number ${leaf.seq})`
  const named = leaf === undefined ? {} : { node: leaf.node, seq: leaf.seq }
  return { kind, index, ...named, file, text: `Entry ${index}${who} in ${file} ${what}.` }
}

const noHash = Buffer.alloc(0)

interface Finding {
  readonly index: number
  readonly here: Hash | undefined
  /** The entry that belongs here stands one further on. */
  readonly isNextMine: boolean
  /** Where in the log what stands here was signed, if anywhere. */
  readonly belongsAt: number | undefined
  readonly isBeyond: boolean
}

function judge(finding: Finding): readonly [FaultKind, string] {
  const { index, here, isNextMine, belongsAt, isBeyond } = finding
  if (here === undefined) return ['missing', 'is missing']
  if (belongsAt !== undefined && belongsAt < index)
    return ['replayed', `is entry ${belongsAt} a second time`]
  if (isBeyond) return ['inserted', 'was added: the log never had it']
  if (belongsAt === undefined)
    return isNextMine
      ? ['inserted', 'was inserted: the log never had it']
      : ['altered', 'was altered: it is not what was signed']
  if (belongsAt === index + 1 && !isNextMine) return ['missing', 'is missing: the next one follows']
  return ['moved', `was moved: it is entry ${belongsAt} of the log`]
}

/** Reads every tile of level 0 for it: done once, when something is wrong. */
async function findHash(files: ExportFiles, hash: Hash, size: number): Promise<number | undefined> {
  for (let index = 0; index * tileWidth < size; index += 1) {
    const tile = (await files.tile(0, index)) ?? []
    const place = tile.findIndex((other) => other.equals(hash))
    if (place >= 0) return index * tileWidth + place
  }
  return undefined
}
