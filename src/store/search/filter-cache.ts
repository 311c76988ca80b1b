/** What is known of segments without opening them, the longest unused forgotten first. A segment never changes. */
import type { MessageId } from '../../base/id.ts'
import { cachedFilterOctetsMax } from './limits.ts'
import type { SegmentFilter } from './segment.ts'

/** An id of 36 characters, as V8 holds it, and where it stands. */
const idOctets = 64

interface Known {
  readonly filter: SegmentFilter
  members: readonly MessageId[] | undefined
}

export class FilterCache {
  readonly #known = new Map<string, Known>()
  #octets = 0

  get(segment: string): SegmentFilter | undefined {
    const known = this.#known.get(segment)
    if (known === undefined) return undefined
    this.#known.delete(segment)
    this.#known.set(segment, known)
    return known.filter
  }

  add(segment: string, filter: SegmentFilter): void {
    if (this.#known.has(segment)) return
    const known = { filter, members: undefined }
    this.#known.set(segment, known)
    this.#grow(octetsOf(known))
  }

  /** Its messages, where something was found among them before. */
  members(segment: string): readonly MessageId[] | undefined {
    return this.#known.get(segment)?.members
  }

  addMembers(segment: string, members: readonly MessageId[]): void {
    const known = this.#known.get(segment)
    if (known === undefined || known.members !== undefined) return
    known.members = members
    this.#grow(members.length * idOctets)
  }

  #grow(octets: number): void {
    this.#octets += octets
    for (const [oldest, known] of this.#known) {
      if (this.#octets <= cachedFilterOctetsMax) break
      this.#known.delete(oldest)
      this.#octets -= octetsOf(known)
    }
  }
}

function octetsOf({ filter, members = [] }: Known): number {
  return filter.headers.length + filter.bodies.length + members.length * idOctets
}
