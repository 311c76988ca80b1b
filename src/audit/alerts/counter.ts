/** How much somebody did lately: a sliding sum by name, in tenths of its window. */
import type { Millis } from '../../base/clock.ts'
import { countersMax } from './limits.ts'

interface Slots {
  /** Which tenth of a window the last slot is. */
  at: number
  readonly sums: number[]
}

const slotCount = 10

export class SlidingCounter {
  readonly #slotMs: number
  readonly #byName = new Map<string, Slots>()

  constructor(windowMs: Millis) {
    this.#slotMs = windowMs / slotCount
  }

  /** @returns the sum of the window that ends now. */
  add(name: string, amount: number, now: Millis): number {
    const slots = this.#byName.get(name) ?? { at: 0, sums: Array<number>(slotCount).fill(0) }
    // Names leave in the order they were last seen.
    this.#byName.delete(name)
    this.#byName.set(name, slots)
    if (this.#byName.size > countersMax) this.#forgetOldest()
    const at = Math.floor(now / this.#slotMs)
    // An entry may come late from another node: it counts as of now.
    for (let slot = Math.max(slots.at + 1, at - slotCount + 1); slot <= at; slot++)
      slots.sums[slot % slotCount] = 0
    slots.at = Math.max(slots.at, at)
    const place = slots.at % slotCount
    slots.sums[place] = (slots.sums[place] ?? 0) + amount
    return slots.sums.reduce((sum, each) => sum + each, 0)
  }

  reset(name: string): void {
    this.#byName.delete(name)
  }

  #forgetOldest(): void {
    for (const name of this.#byName.keys()) return void this.#byName.delete(name)
  }
}
