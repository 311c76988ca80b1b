/** When a push service may be called again for one subscription. RFC 8620 §7.2. */
import { backOffMs, gapMs, gapMsMax } from './limits.ts'

export interface PaceShape {
  readonly gapMs: number
  readonly gapMsMax: number
  readonly backOffMs: readonly number[]
}

export const usualPace: PaceShape = { gapMs, gapMsMax, backOffMs }

export class Pace {
  readonly #shape: PaceShape
  #gapMs: number
  #failures = 0
  /** Of the clock that only goes on. */
  #notBefore = 0

  constructor(shape: PaceShape) {
    this.#shape = shape
    this.#gapMs = shape.gapMs
  }

  get failures(): number {
    return this.#failures
  }

  waitMs(now: number): number {
    return Math.max(0, this.#notBefore - now)
  }

  succeeded(now: number): void {
    this.#failures = 0
    this.#notBefore = now + this.#gapMs
    this.#gapMs = Math.max(this.#shape.gapMs, this.#gapMs / 2)
  }

  /** The code is no change: what follows it need not wait. */
  codeTaken(): void {
    this.#failures = 0
  }

  /** @param wish of the push service, which is heard within bounds. */
  failed(now: number, wish: number | undefined): void {
    const { backOffMs: schedule } = this.#shape
    const last = schedule.length - 1
    const wait = schedule[Math.min(this.#failures, last)] ?? 0
    this.#failures += 1
    this.#notBefore = now + Math.max(wait, Math.min(wish ?? 0, schedule[last] ?? 0))
  }

  /** 429: less often from now on. */
  tooOften(): void {
    this.#gapMs = Math.min(this.#gapMs * 2, this.#shape.gapMsMax)
  }
}
