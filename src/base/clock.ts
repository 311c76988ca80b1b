/** Time is an argument: whoever needs it is given a Clock, so that a month is a test, not a wait. */

/** Milliseconds since 1970-01-01T00:00Z. */
export type Millis = number

export interface Clock {
  now(): Millis
}

export const systemClock: Clock = { now: () => Date.now() }

export const secondMs = 1_000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** A clock that a test moves by hand. */
export class ManualClock implements Clock {
  #now: Millis

  constructor(start: Millis = Date.UTC(2026, 0, 5, 1)) {
    this.#now = start
  }

  now(): Millis {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }
}
