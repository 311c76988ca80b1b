/**
 * Several stores as one: a put is durable in `writeQuorum` of them before it resolves and goes on in
 * the others; a read takes the first that has the object. What one store missed, `repair` brings;
 * what nobody remembers to be missing, `mend` finds.
 */
import assert from 'node:assert/strict'
import type { Millis } from '../base/clock.ts'
import { Refusal, isRefusal } from '../base/refusal.ts'
import { objectPath } from './object-path.ts'
import type { ObjectId, ObjectSource, ObjectStore, Range, StoredObject } from './types.ts'

export interface QuorumStoreOptions {
  /** Nearest first: reads ask in this order. */
  readonly stores: readonly ObjectStore[]
  readonly writeQuorum: number
  /** Told of every object that a store has not taken, so that it is repaired and alarmed. */
  readonly onMissed: (id: ObjectId, store: number, error: unknown) => void
}

export interface QuorumStore extends ObjectStore {
  /**
   * Copies the object to the stores that lack it, to those in reach even when one is not.
   * @returns to how many. Refusal('not-found') when no store has it.
   */
  repair(id: ObjectId): Promise<number>
  /** Goes through all stores and copies what was put before and some lack. @returns how many copies. */
  mend(before: Millis): Promise<number>
}

export function createQuorumStore(options: QuorumStoreOptions): QuorumStore {
  const { stores, writeQuorum } = options
  assert(writeQuorum >= 1 && writeQuorum <= stores.length, 'a quorum the stores can reach')
  return new AllStores(options)
}

class AllStores implements QuorumStore {
  readonly #stores: readonly ObjectStore[]
  readonly #writeQuorum: number
  readonly #onMissed: QuorumStoreOptions['onMissed']
  /** Writes that go on behind an acknowledged put. */
  readonly #running = new Set<Promise<void>>()

  constructor({ stores, writeQuorum, onMissed }: QuorumStoreOptions) {
    this.#stores = stores
    this.#writeQuorum = writeQuorum
    this.#onMissed = onMissed
  }

  async put(id: ObjectId, source: ObjectSource): Promise<void> {
    objectPath(id)
    const pieces = await collect(source)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    let taken = 0
    let failed = 0
    const writes = this.#stores.map(async (store, index) => {
      try {
        await store.put(id, pieces)
        if (++taken === this.#writeQuorum) resolve()
      } catch (error) {
        this.#onMissed(id, index, error)
        // Too few are left to reach the quorum.
        if (++failed > this.#stores.length - this.#writeQuorum) reject(error)
      }
    })
    this.#follow(Promise.all(writes).then(() => undefined))
    await promise
  }

  get(id: ObjectId, range?: Range): Promise<Buffer> {
    return this.#first(id, (store) => store.get(id, range))
  }

  async has(id: ObjectId): Promise<boolean> {
    let fault: unknown
    for (const store of this.#stores) {
      try {
        if (await store.has(id)) return true
      } catch (error) {
        fault = error
      }
    }
    // "No" is known only when every store has said it.
    if (fault !== undefined) throw fault
    return false
  }

  /** In every store or not at all done: a collector tries again. */
  async delete(id: ObjectId): Promise<boolean> {
    const deleted = await Promise.all(this.#stores.map((store) => store.delete(id)))
    return deleted.some(Boolean)
  }

  /** The union, in the one order all stores list in. */
  async *list(after?: ObjectId): AsyncGenerator<StoredObject> {
    for await (const { object } of this.#merged(after)) yield object
  }

  async repair(id: ObjectId): Promise<number> {
    const asked = await Promise.allSettled(this.#stores.map((store) => store.has(id)))
    const lacking = this.#stores.filter((_, n) => isLacking(asked[n]))
    if (lacking.length > 0) {
      const content = await this.get(id)
      await Promise.all(lacking.map((store) => store.put(id, content)))
    }
    const away = asked.find((answer) => answer.status === 'rejected')
    if (away !== undefined) throw away.reason
    return lacking.length
  }

  async mend(before: Millis): Promise<number> {
    let copies = 0
    for await (const { object, count } of this.#merged())
      if (count < this.#stores.length && object.storedAt < before)
        copies += await this.repair(object.id)
    return copies
  }

  /** Every object once, and in how many stores it is. */
  async *#merged(after?: ObjectId): AsyncGenerator<{ object: StoredObject; count: number }> {
    const lists = this.#stores.map((store) => store.list(after)[Symbol.asyncIterator]())
    const heads = await Promise.all(lists.map((list) => list.next()))
    for (;;) {
      const object = leastOf(heads)
      if (object === undefined) return
      const holders = heads.flatMap((head, n) =>
        head.done !== true && head.value.id === object.id ? [n] : [],
      )
      yield { object, count: holders.length }
      for (const n of holders)
        heads[n] = (await lists[n]?.next()) ?? { done: true, value: undefined }
    }
  }

  /** Waits for the writes that are under way, then closes the stores. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running)
    await Promise.all(this.#stores.map((store) => store[Symbol.asyncDispose]()))
  }

  async #first<T>(id: ObjectId, ask: (store: ObjectStore) => Promise<T>): Promise<T> {
    let fault: unknown
    for (const store of this.#stores) {
      try {
        return await ask(store)
      } catch (error) {
        // A store that is away outweighs one that has not got it: the object may be there.
        if (fault === undefined || !isRefusal(error, 'not-found')) fault = error
      }
    }
    throw fault ?? new Refusal('not-found', { object: id })
  }

  #follow(writing: Promise<void>): void {
    this.#running.add(writing)
    const forget = () => this.#running.delete(writing)
    writing.then(forget, forget)
  }
}

/** The source is read once and written several times. */
async function collect(source: ObjectSource): Promise<readonly Uint8Array[]> {
  if (source instanceof Uint8Array) return [source]
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return pieces
}

const isLacking = (answer: PromiseSettledResult<boolean> | undefined) =>
  answer?.status === 'fulfilled' && !answer.value

function leastOf(
  heads: readonly IteratorResult<StoredObject, unknown>[],
): StoredObject | undefined {
  let least: StoredObject | undefined
  for (const head of heads)
    if (head.done !== true)
      if (least === undefined || objectPath(head.value.id) < objectPath(least.id))
        least = head.value
  return least
}
