/**
 * Objects that no message refers to any more are removed: only when they are older than seven days and
 * two scans, a day apart, both found nobody who needs them. Architecture D4.
 */
import { dayMs, type Millis } from '../base/clock.ts'
import type { ObjectStore } from '../blob/types.ts'
import type { StoreContext } from './context.ts'

type CollectorContext = Pick<StoreContext, 'database' | 'clock'> & {
  readonly objects: Pick<ObjectStore, 'list' | 'delete'>
}

/** A restore, a slow delivery or a mistake has this long to refer to an object. */
export const objectGraceMs = 7 * dayMs
/** Between the scans that must agree. */
export const scanEveryMs = dayMs
/** Objects asked for in one statement. */
const askBatch = 500

export class ObjectCollector {
  readonly #context: CollectorContext
  /** Unreferenced at the scan before. */
  #candidates: ReadonlySet<string> = new Set()
  #scannedAt: Millis | undefined

  constructor(context: CollectorContext) {
    this.#context = context
  }

  /** Scans when a day has passed since the last time. @returns how many objects were removed. */
  async run(): Promise<number> {
    const { clock, objects } = this.#context
    const now = clock.now()
    if (this.#scannedAt !== undefined && now - this.#scannedAt < scanEveryMs) return 0
    const unreferenced = await this.#findUnreferenced(now - objectGraceMs)
    const agreed = [...unreferenced].filter((id) => this.#candidates.has(id))
    for (const id of agreed) await objects.delete(id)
    this.#candidates = unreferenced.difference(new Set(agreed))
    this.#scannedAt = now
    return agreed.length
  }

  async #findUnreferenced(before: Millis): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    let batch: string[] = []
    const settle = async () => {
      const used = await this.#findReferenced(batch)
      for (const id of batch) if (!used.has(id)) found.add(id)
      batch = []
    }
    for await (const { id, storedAt } of this.#context.objects.list()) {
      if (storedAt < before) batch.push(id)
      if (batch.length === askBatch) await settle()
    }
    await settle()
    return found
  }

  async #findReferenced(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#context.database.rows<{ object_id: string }>({
      name: 'store.referenced-objects',
      text: 'SELECT DISTINCT object_id FROM message WHERE object_id = ANY($1)',
      values: [ids],
    })
    return new Set(rows.map((row) => row.object_id))
  }
}
