/** So many at once; the others wait in the order in which they came. */
import { postsAtOnce } from './limits.ts'

export class Slots {
  readonly #waiting: (() => void)[] = []
  #free = postsAtOnce

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
