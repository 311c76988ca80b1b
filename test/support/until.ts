/** Waiting for something to become true, with a bound and a name for what did not come. */
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 20

/** @returns the first value that is neither undefined nor false. */
export async function until<T>(
  what: string,
  withinMs: number,
  look: () => T | Promise<T>,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + withinMs
  for (;;) {
    const value = await look()
    // The two values that mean "not yet" are excluded here, which the compiler cannot see for a T.
    if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs} ms`)
    await delay(pollMs)
  }
}

/** A promise that must settle in time. */
export async function within<T>(what: string, withinMs: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what}: not within ${withinMs} ms`)), withinMs)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
