/** What was read of files, by the hash of their octets; the longest unused goes first. */
import { subtle } from 'node:crypto'
import { rememberedCharsMax, rememberedFilesMax } from './limits.ts'
import type { Asked, Words } from './types.ts'

interface Kept extends Words {
  readonly asked: Asked
}

export class Remembered {
  readonly #files = new Map<string, Kept>()
  #characters = 0

  static async keyOf(octets: Buffer): Promise<string> {
    const digest = await subtle.digest('SHA-256', new Uint8Array(octets))
    return Buffer.from(digest).toString('base64')
  }

  /** Undefined too where more time or room is given now than was before, and there was not enough. */
  find(key: string, { workMs, charactersMax }: Asked): Words | undefined {
    const kept = this.#files.get(key)
    if (kept === undefined) return undefined
    const { asked } = kept
    if (kept.state === 'part' && (asked.workMs < workMs || asked.charactersMax < charactersMax))
      return undefined
    this.#files.delete(key)
    this.#files.set(key, kept)
    return kept
  }

  add(key: string, words: Words, asked: Asked): void {
    this.#forget(key)
    this.#files.set(key, { ...words, asked })
    this.#characters += words.text.length
    for (const oldest of this.#files.keys()) {
      if (this.#characters <= rememberedCharsMax && this.#files.size <= rememberedFilesMax) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#characters -= this.#files.get(key)?.text.length ?? 0
    this.#files.delete(key)
  }
}
