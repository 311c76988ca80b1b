/** A bucket of tokens that fills by itself: how often something may fail. */
import type { Millis } from '../../base/clock.ts'

export interface BucketShape {
  readonly capacity: number
  /** One token comes back in this time. */
  readonly refillMs: number
}

interface Bucket {
  tokens: number
  at: Millis
}

/** Buckets by key, at most `keysMax`: the one touched longest ago goes first. */
export class TokenBuckets {
  readonly #shape: BucketShape
  readonly #keysMax: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(shape: BucketShape, keysMax: number) {
    this.#shape = shape
    this.#keysMax = keysMax
  }

  isEmpty(key: string, now: Millis): boolean {
    const bucket = this.#buckets.get(key)
    return bucket !== undefined && this.#tokens(bucket, now) < 1
  }

  /** Takes a token. @returns whether it was the last. */
  take(key: string, now: Millis): boolean {
    const bucket = this.#buckets.get(key)
    const tokens = bucket === undefined ? this.#shape.capacity : this.#tokens(bucket, now)
    // Set anew, so that the order of the map is the order of use.
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: Math.max(tokens - 1, 0), at: now })
    if (this.#buckets.size > this.#keysMax)
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest)
        break
      }
    return tokens >= 1 && tokens < 2
  }

  #tokens(bucket: Bucket, now: Millis): number {
    const { capacity, refillMs } = this.#shape
    return Math.min(capacity, bucket.tokens + Math.max(0, now - bucket.at) / refillMs)
  }
}
