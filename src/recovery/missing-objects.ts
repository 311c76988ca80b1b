/** Counts rows whose object is not in the store, so that a backup never hides a loss. */
import type { ObjectStore } from '../blob/types.ts'
import type { Table } from './catalogue.ts'
import type { Value } from './rows.ts'

/** Every table that refers to objects calls the column so. */
const column = 'object_id'

export class MissingObjects {
  readonly #objects: ObjectStore
  #count = 0

  constructor(objects: ObjectStore) {
    this.#objects = objects
  }

  get count(): number {
    return this.#count
  }

  async look(table: Table, rows: readonly (readonly Value[])[]): Promise<void> {
    const place = table.columns.findIndex(({ name }) => name === column)
    if (place < 0) return
    for (const row of rows) {
      const id = row[place]
      if (typeof id === 'string' && !(await this.#objects.has(id))) this.#count += 1
    }
  }
}
