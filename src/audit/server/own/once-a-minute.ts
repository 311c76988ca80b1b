/** What is done again and again is an entry once a minute; who does it meanwhile waits for that one. */
import { minuteMs, type Clock, type Millis } from '../../../base/clock.ts'

interface Written {
  readonly endsAt: Millis
  readonly done: Promise<unknown>
}

export class OnceAMinute {
  readonly #clock: Clock
  readonly #written = new Map<string, Written>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async do(what: string, write: () => Promise<unknown>): Promise<void> {
    const now = this.#clock.now()
    const before = this.#written.get(what)
    if (before !== undefined && now < before.endsAt) {
      await before.done
      return
    }
    for (const [key, { endsAt }] of this.#written) if (now >= endsAt) this.#written.delete(key)
    const done = write()
    this.#written.set(what, { endsAt: now + minuteMs, done })
    try {
      await done
    } catch (error) {
      this.#written.delete(what)
      throw error
    }
  }
}
