/** Counts in memory and writes them down each minute: what happens costs a map's entry, and no statement. */
import type { Clock } from '../base/clock.ts'
import { countedMax, countedOfDomainMax, flushEveryMs } from './limits.ts'
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
  #today: Today = { day: 0, domains: new Map(), size: 0 }

  constructor(kind: ReportKind, parts: CounterParts) {
    this.#kind = kind
    this.#parts = parts
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref()
  }

  /** `domain`: whom it is told; `what`: all that is counted together. */
  note(domain: string, what: string): void {
    const day = dayOf(this.#parts.clock.now())
    if (this.#isCounted(day, domain, what)) this.#add({ day, domain, what, count: 1 })
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

  /** Strangers choose what is different: there is an end to it, for a day and for a domain. */
  #isCounted(day: number, domain: string, what: string): boolean {
    if (this.#today.day !== day) this.#today = { day, domains: new Map(), size: 0 }
    const { domains } = this.#today
    const known = domains.get(domain) ?? new Set()
    if (known.has(what)) return true
    if (this.#today.size >= countedMax || known.size >= countedOfDomainMax) return false
    domains.set(domain, known.add(what))
    this.#today.size++
    return true
  }

  #add(counted: Counted): void {
    const key = `${counted.day} ${counted.domain} ${counted.what}`
    const before = this.#counts.get(key)
    this.#counts.set(key, { ...counted, count: (before?.count ?? 0) + counted.count })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}

interface Today {
  readonly day: number
  readonly domains: Map<string, Set<string>>
  size: number
}
