/**
 * The right edge of a growing tree: the unfinished tile of each level, which is all that is needed to
 * add entries and to know the root. RFC 6962 §2.1, C2SP tlog-tiles.
 */
import { emptyRoot, hashNode, hashOctets, hashRun } from './hash.ts'
import { tileWidth } from './limits.ts'
import type { Hash } from './types.ts'

export interface FullTile {
  readonly level: number
  readonly index: number
  readonly hashes: Buffer
}

export class Edge {
  #size: number
  /** By level, each with fewer than 256 hashes. */
  readonly #tiles: Buffer[]

  /** `tiles` are the unfinished ones by level, whole hashes each. */
  constructor(size = 0, tiles: readonly Buffer[] = []) {
    this.#size = size
    this.#tiles = tiles.map((tile) => {
      const room = Buffer.alloc(tileWidth * hashOctets)
      tile.copy(room)
      return room
    })
  }

  get size(): number {
    return this.#size
  }

  copy(): Edge {
    return new Edge(this.#size, this.#tiles)
  }

  /** The unfinished tile of a level as it is now; empty where there is none. */
  tile(level: number): Buffer {
    const octets = (Math.floor(this.#size / tileWidth ** level) % tileWidth) * hashOctets
    return this.#tiles[level]?.subarray(0, octets) ?? Buffer.alloc(0)
  }

  /** The unfinished tiles of all levels. */
  tiles(): readonly Buffer[] {
    return this.#tiles.map((_, level) => this.tile(level))
  }

  /** Adds a leaf's hash and hands out what became full by it, from the leaves up. */
  push(leafHash: Hash, onFull: (tile: FullTile) => void): void {
    let index = this.#size
    let hash = leafHash
    this.#size += 1
    for (let level = 0; ; level += 1) {
      const room = (this.#tiles[level] ??= Buffer.alloc(tileWidth * hashOctets))
      hash.copy(room, (index % tileWidth) * hashOctets)
      if (index % tileWidth !== tileWidth - 1) return
      // Handed out, so the next tile of this level gets room of its own.
      this.#tiles[level] = Buffer.alloc(tileWidth * hashOctets)
      index = Math.floor(index / tileWidth)
      onFull({ level, index, hashes: room })
      hash = hashRun(room)
    }
  }

  root(): Hash {
    let root: Hash | undefined
    for (let level = 0; level < this.#tiles.length; level += 1) {
      const tile = this.tile(level)
      if (tile.length > 0) root = foldPeaks(tile, root)
    }
    return root ?? emptyRoot
  }
}

/** The hashes of a tile's whole subtrees, from the right, over what stands to their right. */
function foldPeaks(tile: Buffer, right: Hash | undefined): Hash {
  let root = right
  let end = tile.length / hashOctets
  for (let width = 1; end > 0; width *= 2) {
    if (Math.floor(end / width) % 2 === 0) continue
    const peak = hashRun(tile.subarray((end - width) * hashOctets, end * hashOctets))
    root = root === undefined ? peak : hashNode(peak, root)
    end -= width
  }
  return Buffer.from(root ?? emptyRoot)
}
