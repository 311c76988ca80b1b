/**
 * A store that may be out of reach when it is named, and come back: it is opened when it is first
 * needed, again and again until that works. Meanwhile every call is Refusal('try-again').
 */
import type { Clock, Millis } from '../base/clock.ts'
import { secondMs } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import type { ObjectId, ObjectSource, ObjectStore, Range, StoredObject } from './types.ts'

/** Between two tries to open it: nobody waits for a disk that is not there. */
const tryEveryMs: Millis = 5 * secondMs

export function createLateStore(open: () => Promise<ObjectStore>, clock: Clock): ObjectStore {
  return new LateStore(open, clock)
}

class LateStore implements ObjectStore {
  readonly #open: () => Promise<ObjectStore>
  readonly #clock: Clock
  #store: Promise<ObjectStore> | undefined
  #failedAt: Millis | undefined

  constructor(open: () => Promise<ObjectStore>, clock: Clock) {
    this.#open = open
    this.#clock = clock
  }

  async put(id: ObjectId, source: ObjectSource): Promise<void> {
    await (await this.#reach()).put(id, source)
  }

  async get(id: ObjectId, range?: Range): Promise<Buffer> {
    return (await this.#reach()).get(id, range)
  }

  async has(id: ObjectId): Promise<boolean> {
    return (await this.#reach()).has(id)
  }

  async delete(id: ObjectId): Promise<boolean> {
    return (await this.#reach()).delete(id)
  }

  async *list(after?: ObjectId): AsyncGenerator<StoredObject> {
    yield* (await this.#reach()).list(after)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that never opened has nothing to close.
    const store = await this.#store?.catch(() => undefined)
    await store?.[Symbol.asyncDispose]()
  }

  #reach(): Promise<ObjectStore> {
    if (this.#store !== undefined) return this.#store
    const now = this.#clock.now()
    if (this.#failedAt !== undefined && now - this.#failedAt < tryEveryMs)
      return Promise.reject(new Refusal('try-again', { what: 'object store' }))
    const opening = this.#open()
    this.#store = opening
    opening.catch(() => {
      this.#store = undefined
      this.#failedAt = now
    })
    return opening
  }
}
