/** How often one source may do a thing: a token bucket each, in bounded memory. */
import type { Clock, Millis } from '../base/clock.ts'
import { rateSourcesMax } from './limits.ts'

export interface Rate {
  /** Tokens that come back each second. */
  readonly perSecond: number
  /** Tokens of a source that has been quiet. */
  readonly burst: number
}

interface Bucket {
  tokens: number
  at: Millis
}

export class RateLimit {
  readonly #clock: Clock
  readonly #rate: Rate
  readonly #sourcesMax: number
  /** In order of last use. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock, rate: Rate, sourcesMax = rateSourcesMax) {
    this.#clock = clock
    this.#rate = rate
    this.#sourcesMax = sourcesMax
  }

  /** Takes `tokens` from the source's bucket, or takes nothing and says no. */
  take(source: string, tokens = 1): boolean {
    const now = this.#clock.now()
    const { perSecond, burst } = this.#rate
    const known = this.#buckets.get(source)
    const bucket = known ?? { tokens: burst, at: now }
    // A clock that is set back gives nothing and takes nothing.
    const gained = (Math.max(0, now - bucket.at) * perSecond) / 1000
    bucket.tokens = Math.min(burst, bucket.tokens + gained)
    bucket.at = now
    if (known !== undefined) this.#buckets.delete(source)
    else if (this.#buckets.size >= this.#sourcesMax) this.#forgetOne()
    this.#buckets.set(source, bucket)
    if (bucket.tokens < tokens) return false
    bucket.tokens -= tokens
    return true
  }

  #forgetOne(): void {
    for (const source of this.#buckets.keys()) {
      this.#buckets.delete(source)
      return
    }
  }
}
