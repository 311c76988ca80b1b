/** One after the other: changes under a condition do not overtake one another on one node. */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  async take<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    await before
    try {
      return await work()
    } finally {
      resolve()
    }
  }
}
