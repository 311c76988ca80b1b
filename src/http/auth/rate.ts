/** How often one network may ask the sign-in API anything: a bucket that fills by itself. */
import { networkOf } from '../../access/throttle/network.ts'
import { TokenBuckets } from '../../access/throttle/token-bucket.ts'
import type { Clock } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { authAskedMax, authNetworksMax, authRefillMs } from '../limits.ts'

export class AuthRate {
  readonly #clock: Clock
  readonly #networks = new TokenBuckets(
    { capacity: authAskedMax, refillMs: authRefillMs },
    authNetworksMax,
  )

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Refusal('throttled') */
  take(remoteAddress: string): void {
    const network = networkOf(remoteAddress)
    const now = this.#clock.now()
    if (this.#networks.isEmpty(network, now)) throw new Refusal('throttled')
    this.#networks.take(network, now)
  }
}
