/** What a change set off, one after the other, while nobody waits for it. */
import { isRefusal } from '../base/refusal.ts'

export class Later {
  #pending: Promise<void> = Promise.resolve()

  /** A database that is away is asked again by the next round. */
  run(work: () => Promise<void>): void {
    this.#pending = this.#pending.then(work).catch((error: unknown) => {
      if (!isRefusal(error, 'try-again')) throw error
    })
  }

  /** Resolves when all of it is done. */
  settled(): Promise<void> {
    return this.#pending
  }
}
