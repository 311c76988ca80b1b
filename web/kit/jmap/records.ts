/**
 * What is known of the objects of one type: as the server last said, with what is under way laid over
 * it. A change shows at once; when the server takes it, it sinks in, and when it refuses, it is gone.
 */
import { Signal } from '../observable.ts'

export interface Overlay {
  /** The server has it: it becomes part of what is known. */
  commit(): void
  /** The server does not have it. */
  rollBack(): void
}

interface Patch<T> {
  readonly ids: ReadonlySet<string>
  readonly apply: (record: T) => T
}

export class Records<T extends { readonly id: string }> {
  readonly changed = new Signal()
  readonly #known = new Map<string, T>()
  readonly #shown = new Map<string, T>()
  #patches: Patch<T>[] = []

  get(id: string): T | undefined {
    const shown = this.#shown.get(id)
    if (shown !== undefined) return shown
    let record = this.#known.get(id)
    if (record === undefined) return undefined
    for (const { ids, apply } of this.#patches) if (ids.has(id)) record = apply(record)
    this.#shown.set(id, record)
    return record
  }

  has(id: string): boolean {
    return this.#known.has(id)
  }

  all(): readonly T[] {
    return [...this.#known.keys()].flatMap((id) => this.get(id) ?? [])
  }

  /** Properties that are not said stay as they were. */
  put(records: readonly (Partial<T> & { readonly id: string })[]): void {
    if (records.length === 0) return
    for (const record of records) {
      // The first to say something of an object says all of it.
      this.#known.set(record.id, { ...this.#known.get(record.id), ...record } as T)
      this.#shown.delete(record.id)
    }
    this.changed.notify()
  }

  remove(ids: readonly string[]): void {
    let count = 0
    for (const id of ids) {
      if (this.#known.delete(id)) count++
      this.#shown.delete(id)
    }
    if (count > 0) this.changed.notify()
  }

  clear(): void {
    this.#known.clear()
    this.#shown.clear()
    this.changed.notify()
  }

  overlay(ids: readonly string[], apply: (record: T) => T): Overlay {
    const patch = { ids: new Set(ids), apply }
    this.#patches.push(patch)
    this.#forget(ids)
    const end = () => {
      this.#patches = this.#patches.filter((each) => each !== patch)
      this.#forget(ids)
    }
    return {
      commit: () => {
        for (const id of ids) {
          const record = this.#known.get(id)
          if (record !== undefined) this.#known.set(id, apply(record))
        }
        end()
      },
      rollBack: end,
    }
  }

  #forget(ids: readonly string[]): void {
    for (const id of ids) this.#shown.delete(id)
    this.changed.notify()
  }
}
