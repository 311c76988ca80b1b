/**
 * Octets in, sealed frames out: each frame is compressed (RFC 8878) and sealed by itself with its
 * number and whether it is the last, so that none can be changed, moved, left out or cut off.
 */
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { BoundKey } from '../keys/seal.ts'
import { placeOfFrame } from './backup-key.ts'
import { compressionLevel, frameOctets } from './limits.ts'

const compress = promisify(zstdCompress)
const settings = { params: { [constants.ZSTD_c_compressionLevel]: compressionLevel } }

export interface FrameTarget {
  readonly file: FileHandle
  readonly key: BoundKey
  readonly backupId: string
}

export class FrameWriter {
  readonly #target: FrameTarget
  readonly #buffer = Buffer.allocUnsafeSlow(frameOctets)
  #filled = 0
  #frame = 0

  constructor(target: FrameTarget) {
    this.#target = target
  }

  async write(octets: Uint8Array): Promise<void> {
    for (let at = 0; at < octets.length;) {
      const taken = Math.min(octets.length - at, frameOctets - this.#filled)
      this.#buffer.set(octets.subarray(at, at + taken), this.#filled)
      at += taken
      this.#filled += taken
      if (this.#filled === frameOctets) await this.#seal(false)
    }
  }

  /** Writes the last frame, which says that it is the last. */
  async finish(): Promise<void> {
    await this.#seal(true)
  }

  async #seal(isFinal: boolean): Promise<void> {
    const { file, key, backupId } = this.#target
    const compressed = await compress(this.#buffer.subarray(0, this.#filled), settings)
    const sealed = key.seal(placeOfFrame(backupId, this.#frame, isFinal), compressed)
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(sealed.length)
    await file.writeFile(Buffer.concat([length, sealed]))
    this.#frame += 1
    this.#filled = 0
  }
}
