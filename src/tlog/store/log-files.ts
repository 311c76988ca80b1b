/** Reads a log: tiles and bundles from memory or disk, entries and proofs out of them. C2SP tlog-tiles. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../base/refusal.ts'
import { formatBundle, parseBundle } from '../bundle.ts'
import { emptyRoot, hashOctets } from '../hash.ts'
import { tileCacheMax, tileWidth } from '../limits.ts'
import { hashRange, proveConsistency, proveInclusion } from '../tile-hashes.ts'
import { formatTilePath, hashesAt, parseTilePath } from '../tile-path.ts'
import type { TileName } from '../tile-path.ts'
import { LogFault } from '../types.ts'
import type { Hash } from '../types.ts'
import { codeOf } from './durable-file.ts'
import type { LogState } from './growth.ts'

export interface LogFilesParts {
  readonly folder: string
  readonly state: () => LogState
  /** What is full and not on disk yet. */
  readonly findPending: (path: string) => Buffer | undefined
}

export class LogFiles {
  readonly #parts: LogFilesParts
  readonly #cache = new Map<string, Buffer>()

  constructor(parts: LogFilesParts) {
    this.#parts = parts
  }

  /** A tile or bundle by its published name. */
  async read(path: string): Promise<Buffer | undefined> {
    const name = parseTilePath(path)
    if (name === undefined) return undefined
    const { edge } = this.#parts.state()
    const there = hashesAt(name.level ?? 0, edge.size) - name.index * tileWidth
    if (there < name.width) return undefined
    if (name.level === undefined) {
      const entries = await this.#bundle(name.index)
      return formatBundle(entries.slice(0, name.width))
    }
    return (await this.#tile(name.level, name.index)).subarray(0, name.width * hashOctets)
  }

  async entry(index: number): Promise<Buffer> {
    this.#requireIndex(index, this.#parts.state().edge.size)
    const entry = (await this.#bundle(Math.floor(index / tileWidth)))[index % tileWidth]
    if (entry === undefined) throw new LogFault(`Entry ${index} is missing from its bundle.`)
    return entry
  }

  async *entries(from: number, to = this.#parts.state().edge.size): AsyncGenerator<Buffer> {
    this.#requireSize(to)
    for (let index = from; index < to;) {
      const number = Math.floor(index / tileWidth)
      const bundle = await this.#bundle(number)
      const end = Math.min(to - number * tileWidth, bundle.length)
      yield* bundle.slice(index % tileWidth, end)
      index = (number + 1) * tileWidth
    }
  }

  async inclusionProof(index: number, size = this.#parts.state().edge.size) {
    this.#requireSize(size)
    this.#requireIndex(index, size)
    return proveInclusion(this.#readTile, index, size)
  }

  async consistencyProof(oldSize: number, size = this.#parts.state().edge.size) {
    this.#requireSize(size)
    this.#requireIndex(oldSize, size + 1)
    return proveConsistency(this.#readTile, oldSize, size)
  }

  async rootAt(size: number): Promise<Hash> {
    this.#requireSize(size)
    const { edge } = this.#parts.state()
    if (size === edge.size) return edge.root()
    return size === 0 ? emptyRoot : hashRange(this.#readTile, { start: 0, end: size })
  }

  readonly #readTile = (level: number, index: number) => this.#tile(level, index)

  /** With as many hashes as the log has. */
  async #tile(level: number, index: number): Promise<Buffer> {
    const { edge } = this.#parts.state()
    if (index === Math.floor(hashesAt(level, edge.size) / tileWidth)) return edge.tile(level)
    const tile = await this.#full({ level, index, width: tileWidth })
    if (tile.length === tileWidth * hashOctets) return tile
    throw new LogFault(`Tile ${index} of level ${level} is not 256 hashes long.`)
  }

  async #bundle(index: number): Promise<readonly Buffer[]> {
    const { edge, bundle } = this.#parts.state()
    if (index === Math.floor(edge.size / tileWidth)) return bundle
    return parseBundle(await this.#full({ level: undefined, index, width: tileWidth }))
  }

  async #full(name: TileName): Promise<Buffer> {
    const path = formatTilePath(name)
    const known = this.#parts.findPending(path) ?? this.#cache.get(path)
    try {
      const content = known ?? (await readFile(join(this.#parts.folder, path)))
      // Those of the leaves are too many to be asked for again; all proofs share those above.
      if (name.level !== undefined && name.level > 0) this.#keep(path, content)
      return content
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      throw new LogFault(`${path} of the log is missing.`, { cause: error })
    }
  }

  /** A map keeps the order of coming: the one not asked for longest goes. */
  #keep(path: string, content: Buffer): void {
    this.#cache.delete(path)
    this.#cache.set(path, content)
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > tileCacheMax && oldest !== undefined) this.#cache.delete(oldest)
  }

  #requireSize(size: number): void {
    this.#requireIndex(size, this.#parts.state().edge.size + 1)
  }

  #requireIndex(index: number, end: number): void {
    if (!Number.isSafeInteger(index) || index < 0 || index >= end)
      throw new Refusal('not-found', { what: 'beyond the end of the log', index, end })
  }
}
