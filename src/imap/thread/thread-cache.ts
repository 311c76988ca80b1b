/** Threads of whole mailboxes as they were told last, as long as the same messages are there. */
import type { Clock, Millis } from '../../base/clock.ts'
import { minuteMs } from '../../base/clock.ts'
import { threadsOctetsMax } from '../limits.ts'
import type { ThreadAlgorithm } from '../wire/parse-sort.ts'

const keptMs = 10 * minuteMs

interface Kept {
  readonly uids: Uint32Array
  readonly tokens: Float64Array
  readonly until: Millis
}

/** One for each node, shared by its sessions. */
export class ThreadCache {
  readonly #clock: Clock
  /** By mailbox and algorithm, the longest unused first. */
  readonly #kept = new Map<string, Kept>()
  #octets = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param uids all of the mailbox, ascending. */
  find(mailbox: string, algorithm: ThreadAlgorithm, uids: readonly number[]) {
    const key = `${mailbox} ${algorithm}`
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#drop(key, kept)
    const isSame =
      kept.uids.length === uids.length && kept.uids.every((uid, at) => uids[at] === uid)
    if (kept.until <= this.#clock.now() || !isSame) return undefined
    this.#add(key, kept)
    return kept.tokens
  }

  keep(
    mailbox: string,
    algorithm: ThreadAlgorithm,
    uids: readonly number[],
    tokens: Float64Array,
  ): void {
    const key = `${mailbox} ${algorithm}`
    const before = this.#kept.get(key)
    if (before !== undefined) this.#drop(key, before)
    const until = this.#clock.now() + keptMs
    this.#add(key, { uids: Uint32Array.from(uids), tokens, until })
    for (const [oldest, kept] of this.#kept) {
      if (this.#octets <= threadsOctetsMax) break
      this.#drop(oldest, kept)
    }
  }

  #add(key: string, kept: Kept): void {
    this.#kept.set(key, kept)
    this.#octets += kept.uids.byteLength + kept.tokens.byteLength
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key)
    this.#octets -= kept.uids.byteLength + kept.tokens.byteLength
  }
}
