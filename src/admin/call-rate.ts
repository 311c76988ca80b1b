/** How often one caller may ask, and one stranger: a bucket that fills by itself. RFC 6585 §4. */
import { TokenBuckets } from '../access/throttle/token-bucket.ts'
import type { Clock } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import { callRefillMs, callsMax, countedMax, strangerCallsMax, strangerRefillMs } from './limits.ts'

export class CallRate {
  readonly #clock: Clock
  readonly #callers = new TokenBuckets({ capacity: callsMax, refillMs: callRefillMs }, countedMax)
  readonly #strangers = new TokenBuckets(
    { capacity: strangerCallsMax, refillMs: strangerRefillMs },
    countedMax,
  )

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Refusal('throttled') */
  caller(id: string): void {
    this.#take(this.#callers, id)
  }

  /** Who has shown nothing yet, by the network he comes from. Refusal('throttled') */
  stranger(network: string): void {
    this.#take(this.#strangers, network)
  }

  #take(buckets: TokenBuckets, key: string): void {
    const now = this.#clock.now()
    if (buckets.isEmpty(key, now)) {
      const message = 'You ask more often than the API answers.'
      throw new Refusal('throttled', { message })
    }
    buckets.take(key, now)
  }
}
