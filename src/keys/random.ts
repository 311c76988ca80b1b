/**
 * Random octets for keys and nonces, drawn from the system in bulk: one call of the kernel's
 * generator for 8 KiB costs what it costs for 12 octets. Not an argument, for once: a nonce that
 * somebody can inject is a nonce that can repeat.
 */
import { randomFillSync } from 'node:crypto'

const pool = Buffer.allocUnsafeSlow(8192)
let used = pool.length

/** Fills `target` from `at` with `octets` random octets that nobody else was or will be given. */
export function fillRandom(target: Buffer, at: number, octets: number): void {
  if (octets > pool.length) {
    randomFillSync(target, at, octets)
    return
  }
  if (used + octets > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  pool.copy(target, at, used, used + octets)
  // Keys come from here too: what was given away does not stay behind.
  pool.fill(0, used, (used += octets))
}

export function randomOctets(octets: number): Buffer {
  const made = Buffer.allocUnsafeSlow(octets)
  fillRandom(made, 0, octets)
  return made
}
