/**
 * Opened parts of packs, the longest unused forgotten first, each after a few minutes. A pack never changes:
 * one that lost a message is another pack.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import { cachedMs } from '../limits.ts'
import { cachedPackOctetsMax } from './limits.ts'
import type { PackParts } from './parts.ts'

export type PartName = keyof PackParts

interface Kept {
  readonly part: PackParts[PartName]
  readonly until: Millis
}

export class PackCache {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  #octets = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  find<N extends PartName>(pack: string, name: N): PackParts[N] | undefined {
    const key = `${pack} ${name}`
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    if (kept.until <= this.#clock.now()) {
      this.#octets -= kept.part.octets
      return undefined
    }
    this.#kept.set(key, kept)
    // Kept under its own name, by `keep` alone.
    return kept.part as PackParts[N]
  }

  keep<N extends PartName>(pack: string, name: N, part: PackParts[N]): void {
    const key = `${pack} ${name}`
    this.#octets += part.octets - (this.#kept.get(key)?.part.octets ?? 0)
    this.#kept.set(key, { part, until: this.#clock.now() + cachedMs })
    for (const [oldest, kept] of this.#kept) {
      if (this.#octets <= cachedPackOctetsMax) break
      this.#kept.delete(oldest)
      this.#octets -= kept.part.octets
    }
  }
}
