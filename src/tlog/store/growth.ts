/** What a log is at one size, and what it is with more entries: pure, so that a write that fails changes nothing. */
import type { Edge } from '../edge.ts'
import { formatBundle } from '../bundle.ts'
import { hashLeaf } from '../hash.ts'
import { tileWidth } from '../limits.ts'
import type { TileName } from '../tile-path.ts'
import type { ChainPoint, LogOptions } from '../types.ts'

export interface LogState {
  readonly edge: Edge
  /** The entries of the unfinished bundle. */
  readonly bundle: readonly Buffer[]
  /** The signed note over exactly this tree. */
  readonly checkpoint: string
}

/** A full tile or bundle on its way to the disk. */
export interface TileFile {
  readonly name: TileName
  readonly content: Buffer
}

export interface Growth {
  readonly edge: Edge
  readonly bundle: readonly Buffer[]
  readonly files: readonly TileFile[]
}

export function grow(state: Omit<LogState, 'checkpoint'>, entries: readonly Buffer[]): Growth {
  const edge = state.edge.copy()
  const files: TileFile[] = []
  let bundle = [...state.bundle]
  for (const entry of entries) {
    bundle.push(entry)
    edge.push(hashLeaf(entry), ({ level, index, hashes }) =>
      files.push({ name: { level, index, width: tileWidth }, content: hashes }),
    )
    if (bundle.length < tileWidth) continue
    const index = edge.size / tileWidth - 1
    const name = { level: undefined, index, width: tileWidth }
    files.push({ name, content: formatBundle(bundle) })
    bundle = []
  }
  return { edge, bundle, files }
}

/** Where the chains of nodes stand after these entries. @throws what `chainOf` throws */
export function chainsAfter(
  chains: ReadonlyMap<string, ChainPoint>,
  chainOf: LogOptions['chainOf'],
  first: number,
  entries: readonly Buffer[],
): ReadonlyMap<string, ChainPoint> {
  if (chainOf === undefined) return chains
  const after = new Map(chains)
  for (const [offset, entry] of entries.entries()) {
    const { node, seq, mac } = chainOf(entry)
    const before = after.get(node)
    if (before === undefined || before.seq < seq)
      after.set(node, { seq, mac, index: first + offset })
  }
  return after
}
