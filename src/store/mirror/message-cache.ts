/**
 * What was lately read or has lately arrived of messages. It never changes while the message is there, so nothing
 * has to be asked again; it goes when it is not used, after a few minutes in any case, and when this
 * node expunges it. Bounded in octets.
 */
import type { Clock, Millis } from '../../base/clock.ts'
import type { MailboxId } from '../../base/id.ts'
import { cachedMs } from '../limits.ts'

interface Kept<V> {
  readonly value: V
  readonly octets: number
  readonly until: Millis
}

export class MessageCache<V> {
  readonly #clock: Clock
  readonly #octetsMax: number
  /** The longest unused first. */
  readonly #kept = new Map<string, Kept<V>>()
  #octets = 0

  constructor(clock: Clock, octetsMax: number) {
    this.#clock = clock
    this.#octetsMax = octetsMax
  }

  find(mailbox: MailboxId, uid: number): V | undefined {
    const key = keyOf(mailbox, uid)
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    if (kept.until > this.#clock.now()) {
      this.#kept.set(key, kept)
      return kept.value
    }
    this.#octets -= kept.octets
    return undefined
  }

  keep(mailbox: MailboxId, uid: number, value: V, octets: number): void {
    if (octets > this.#octetsMax) return
    this.forget(mailbox, [uid])
    this.#kept.set(keyOf(mailbox, uid), { value, octets, until: this.#clock.now() + cachedMs })
    this.#octets += octets
    for (const [key, kept] of this.#kept) {
      if (this.#octets <= this.#octetsMax) break
      this.#kept.delete(key)
      this.#octets -= kept.octets
    }
  }

  forget(mailbox: MailboxId, uids: readonly number[]): void {
    for (const uid of uids) {
      const key = keyOf(mailbox, uid)
      this.#octets -= this.#kept.get(key)?.octets ?? 0
      this.#kept.delete(key)
    }
  }
}

function keyOf(mailbox: MailboxId, uid: number): string {
  return `${mailbox}:${uid}`
}
