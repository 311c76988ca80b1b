/** Sealed frames in, octets out: the opposite of `frame-writer.ts`. Whatever is wrong is told at once. */
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { BoundKey } from '../keys/seal.ts'
import { SealError } from '../keys/types.ts'
import { placeOfFrame } from './backup-key.ts'
import { readExactly } from './header.ts'
import { frameOctets, frameOverheadOctets } from './limits.ts'
import { RecoveryFault } from './types.ts'

const decompress = promisify(zstdDecompress)

export interface FrameSource {
  readonly file: FileHandle
  /** For the operator. */
  readonly name: string
  readonly key: BoundKey
  readonly backupId: string
  /** Where the first frame begins and where the file ends. */
  readonly start: number
  readonly end: number
}

export class FrameReader {
  readonly #source: FrameSource
  #position: number
  #frame = 0
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: FrameSource) {
    this.#source = source
    this.#position = source.start
  }

  /** Octets of the file behind us. */
  get position(): number {
    return this.#position
  }

  /** Exactly so many octets; good until it is forgotten, never overwritten. */
  async read(octets: number): Promise<Buffer> {
    if (octets <= this.#rest.length) return this.#take(octets)
    const target = Buffer.allocUnsafeSlow(octets)
    for (let filled = 0; filled < octets;) {
      if (this.#rest.length === 0) this.#rest = await this.#openFrame()
      const part = this.#take(Math.min(octets - filled, this.#rest.length))
      target.set(part, filled)
      filled += part.length
    }
    return target
  }

  /** Whether everything was read, the last frame included. */
  get isAtEnd(): boolean {
    return this.#rest.length === 0 && this.#position === this.#source.end
  }

  #take(octets: number): Buffer {
    const part = this.#rest.subarray(0, octets)
    this.#rest = this.#rest.subarray(octets)
    return part
  }

  async #openFrame(): Promise<Buffer> {
    const { file, key, backupId, end } = this.#source
    const head = await readExactly(file, this.#position, 4)
    const length = head?.readUInt32BE() ?? 0
    const from = this.#position + 4
    if (length === 0 || length > frameOctets + frameOverheadOctets || from + length > end)
      throw this.#damaged()
    const sealed = await readExactly(file, from, length)
    if (sealed === undefined) throw this.#damaged()
    try {
      const isFinal = from + length === end
      const compressed = key.open(placeOfFrame(backupId, this.#frame, isFinal), sealed)
      this.#position = from + length
      this.#frame += 1
      return await decompress(compressed, { maxOutputLength: frameOctets })
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      throw this.#damaged(error)
    }
  }

  #damaged(cause?: unknown): RecoveryFault {
    return new RecoveryFault(
      `${this.#source.name} was changed or cut off: part ${this.#frame} of it does not open.`,
      { cause },
    )
  }
}
