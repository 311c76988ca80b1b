/** What readers take out of packs (ADR 0023). */
import type { Millis } from '../../base/clock.ts'
import type { OrderFacts } from '../../mime/order-facts.ts'

/** What a message is sorted and threaded by, out of a pack. */
export interface PackedOrder {
  readonly order: OrderFacts
  readonly octets: number
  readonly receivedAt: Millis
}
