/** Opened filters of segments, the longest unused of them forgotten first. A segment never changes. */
import { cachedFilterOctetsMax } from './limits.ts'
import type { SegmentFilter } from './segment.ts'

export class FilterCache {
  readonly #filters = new Map<string, SegmentFilter>()
  #octets = 0

  get(segment: string): SegmentFilter | undefined {
    const filter = this.#filters.get(segment)
    if (filter === undefined) return undefined
    this.#filters.delete(segment)
    this.#filters.set(segment, filter)
    return filter
  }

  add(segment: string, filter: SegmentFilter): void {
    if (this.#filters.has(segment)) return
    this.#filters.set(segment, filter)
    this.#octets += octetsOf(filter)
    for (const [oldest, held] of this.#filters) {
      if (this.#octets <= cachedFilterOctetsMax) break
      this.#filters.delete(oldest)
      this.#octets -= octetsOf(held)
    }
  }
}

function octetsOf({ headers, bodies }: SegmentFilter): number {
  return headers.length + bodies.length
}
