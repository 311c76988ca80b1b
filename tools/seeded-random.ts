/** A small generator of random numbers that a printed seed repeats. For tests, never for secrets. */

/** @returns numbers from 0 up to and without 1; equal seeds give equal numbers. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    // Weyl sequence, then two multiply-and-shift rounds: even enough to choose mutations.
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000
  }
}
