/**
 * The right edge of a growing tree: the unfinished tile of each level, and the roots of the whole subtrees
 * it is made of. All that is needed to add entries and to know the root. RFC 6962 §2.1, C2SP tlog-tiles.
 */
import { emptyRoot, hashNode, hashOctets, hashRun } from './hash.ts'
import { tileWidth } from './limits.ts'
import type { Hash } from './types.ts'

export interface FullTile {
  readonly level: number
  readonly index: number
  readonly hashes: Buffer
}

/** A tile is a subtree of this height. */
const tileHeight = Math.log2(tileWidth)

export class Edge {
  #size: number
  /** By level, each with fewer than 256 hashes. */
  readonly #tiles: Buffer[]
  /** What `tile` last gave of each. */
  readonly #views: Buffer[] = []
  /** Roots of the largest whole subtrees, from the left; as many as `size` has one bits. */
  readonly #peaks: Hash[]

  /** `tiles` are the unfinished ones by level, whole hashes each. */
  constructor(size = 0, tiles: readonly Buffer[] = []) {
    this.#size = size
    this.#tiles = tiles.map(roomFor)
    this.#peaks = tiles.flatMap((_, level) => [...peaksOf(this.tile(level))]).reverse()
  }

  get size(): number {
    return this.#size
  }

  copy(): Edge {
    const copy = new Edge(this.#size)
    copy.#tiles.push(...this.#tiles.map(roomFor))
    copy.#peaks.push(...this.#peaks)
    return copy
  }

  /**
   * The unfinished tile of a level as it is now; empty where there is none. The same buffer as long as
   * nothing was added to it: who reads it keeps what he worked out of it.
   */
  tile(level: number): Buffer {
    const octets = (Math.floor(this.#size / tileWidth ** level) % tileWidth) * hashOctets
    const room = this.#tiles[level]
    if (room === undefined) return Buffer.alloc(0)
    const known = this.#views[level]
    if (known?.buffer === room.buffer && known.length === octets) return known
    return (this.#views[level] = room.subarray(0, octets))
  }

  /** The unfinished tiles of all levels. */
  tiles(): readonly Buffer[] {
    return this.#tiles.map((_, level) => this.tile(level))
  }

  /** Adds a leaf's hash and hands out what became full by it, from the leaves up. */
  push(leafHash: Hash, onFull: (tile: FullTile) => void): void {
    let position = this.#size
    let hash = leafHash
    this.#size += 1
    this.#put({ level: 0, position, hash }, onFull)
    // Each whole subtree to the left of equal size joins it, as a carry does.
    for (let height = 1; position % 2 === 1; height += 1) {
      const left = this.#peaks.pop()
      if (left !== undefined) hash = hashNode(left, hash)
      position = (position - 1) / 2
      if (height % tileHeight === 0)
        this.#put({ level: height / tileHeight, position, hash }, onFull)
    }
    this.#peaks.push(hash)
  }

  root(): Hash {
    return (
      this.#peaks.reduceRight<Hash | undefined>(
        (right, peak) => (right === undefined ? peak : hashNode(peak, right)),
        undefined,
      ) ?? emptyRoot
    )
  }

  #put(
    { level, position, hash }: { level: number; position: number; hash: Hash },
    onFull: (tile: FullTile) => void,
  ): void {
    const room = (this.#tiles[level] ??= roomFor())
    hash.copy(room, (position % tileWidth) * hashOctets)
    if (position % tileWidth !== tileWidth - 1) return
    // Handed out, so the next tile of this level gets room of its own.
    this.#tiles[level] = roomFor()
    onFull({ level, index: Math.floor(position / tileWidth), hashes: room })
  }
}

function roomFor(tile?: Buffer): Buffer {
  // Above the size of the pool: a memory of its own, by which `tile` knows it.
  const room = Buffer.alloc(tileWidth * hashOctets)
  tile?.copy(room)
  return room
}

/** The whole subtrees of an unfinished tile, from the right: the smallest comes first. */
function* peaksOf(tile: Buffer): Generator<Hash> {
  let end = tile.length / hashOctets
  for (let width = 1; end > 0; width *= 2) {
    if (Math.floor(end / width) % 2 === 0) continue
    yield hashRun(tile.subarray((end - width) * hashOctets, end * hashOctets))
    end -= width
  }
}
