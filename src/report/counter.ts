/** Counts in memory and writes them down each minute: what happens costs a map's entry, and no statement. */
import type { Clock } from '../base/clock.ts'
import { countedMax, flushEveryMs } from './limits.ts'
import { addCounts, dayOf, type Counted, type CountParts, type ReportKind } from './rows.ts'

export interface CounterParts extends CountParts {
  readonly clock: Clock
  /** It could not be written; it is tried again. */
  readonly onFault: (error: unknown) => void
}

export class Counter implements AsyncDisposable {
  readonly #parts: CounterParts
  readonly #kind: ReportKind
  readonly #counts = new Map<string, Counted>()
  readonly #timer: NodeJS.Timeout

  constructor(kind: ReportKind, parts: CounterParts) {
    this.#kind = kind
    this.#parts = parts
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref()
  }

  /** `domain`: whom it is told; `what`: all that is counted together. */
  note(domain: string, what: string): void {
    const day = dayOf(this.#parts.clock.now())
    this.#add({ day, domain, what, count: 1 })
  }

  async flush(): Promise<void> {
    const counted = [...this.#counts.values()]
    this.#counts.clear()
    try {
      await addCounts(this.#parts, this.#kind, counted)
    } catch (error) {
      for (const each of counted) this.#add(each)
      this.#parts.onFault(error)
    }
  }

  #add(counted: Counted): void {
    const key = `${counted.day} ${counted.domain} ${counted.what}`
    const before = this.#counts.get(key)
    if (before === undefined && this.#counts.size >= countedMax) return
    this.#counts.set(key, { ...counted, count: (before?.count ?? 0) + counted.count })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}
