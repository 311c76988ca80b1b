/** Tiles and bundles of an export, as they are: nothing is believed here. C2SP tlog-tiles. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { splitBundle } from '../bundle.ts'
import { hashOctets } from '../hash.ts'
import { tileWidth } from '../limits.ts'
import { formatTilePath, hashesAt } from '../tile-path.ts'
import type { TileName } from '../tile-path.ts'
import type { Hash } from '../types.ts'

/** A folder, a server, an archive: whatever gives a file of the layout. */
export type ReadResource = (path: string) => Promise<Buffer | undefined>

export function readFolder(folder: string): ReadResource {
  return async (path) => {
    try {
      return await readFile(join(folder, path))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}

export class ExportFiles {
  readonly #read: ReadResource
  readonly #size: number

  constructor(read: ReadResource, size: number) {
    this.#read = read
    this.#size = size
  }

  /** How many hashes or entries a file of this tree has. */
  width(level: number | undefined, index: number): number {
    return Math.min(tileWidth, hashesAt(level ?? 0, this.#size) - index * tileWidth)
  }

  path(level: number | undefined, index: number): string {
    return formatTilePath({ level, index, width: this.width(level, index) })
  }

  /** The entries that are there, be they too few or too many. */
  async bundle(index: number): Promise<readonly Buffer[] | undefined> {
    const found = await this.#find({ level: undefined, index, width: this.width(undefined, index) })
    if (found === undefined) return undefined
    const { entries, isWhole } = splitBundle(found.content)
    // A full file in the place of a partial one says more than is wanted.
    if (found.isFuller) return entries.slice(0, this.width(undefined, index))
    // One that is cut off stands there too, and is nobody's.
    return isWhole ? entries : [...entries, Buffer.alloc(0)]
  }

  /** Undefined: it is not there, or has not as many hashes as it must have. */
  async tile(level: number, index: number): Promise<readonly Hash[] | undefined> {
    const width = this.width(level, index)
    const found = await this.#find({ level, index, width })
    if (found === undefined) return undefined
    const { content, isFuller } = found
    const octets = width * hashOctets
    if (isFuller ? content.length < octets : content.length !== octets) return undefined
    const hashes: Hash[] = []
    for (let at = 0; at < octets; at += hashOctets)
      hashes.push(content.subarray(at, at + hashOctets))
    return hashes
  }

  async #find(name: TileName) {
    const content = await this.#read(formatTilePath(name))
    if (content !== undefined || name.width === tileWidth)
      return content === undefined ? undefined : { content, isFuller: false }
    const full = await this.#read(formatTilePath({ ...name, width: tileWidth }))
    return full === undefined ? undefined : { content: full, isFuller: true }
  }
}
