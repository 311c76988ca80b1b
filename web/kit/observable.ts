/** Something that is looked at and changes: the one way screens hear of anything. */

export type Unsubscribe = () => void

export class Signal {
  readonly #listeners = new Set<() => void>()
  #version = 0

  /** Grows with each change: what `useSyncExternalStore` compares. */
  get version(): number {
    return this.#version
  }

  readonly subscribe = (listener: () => void): Unsubscribe => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  notify(): void {
    this.#version++
    // Whoever leaves while it is told is not told.
    for (const listener of Array.from(this.#listeners))
      if (this.#listeners.has(listener)) listener()
  }
}

/** A value with those who look at it. */
export class Value<T> {
  readonly changed = new Signal()
  #value: T

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    this.changed.notify()
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value))
  }
}
