/**
 * What is known of segments without opening them, of mail and of documents: the longest unused forgotten first. A
 * segment never changes.
 */
import type { MessageId } from '../../base/id.ts'
import { cachedFilterOctetsMax } from './limits.ts'

/** An id of 36 characters, as V8 holds it, and where it stands. */
const idOctets = 64

interface Known {
  readonly filter: Buffer
  members: readonly MessageId[] | undefined
}

/** Filters as they are sealed: who asks knows what is in them. */
export class FilterCache {
  readonly #known = new Map<string, Known>()
  #octets = 0

  get(segment: string): Buffer | undefined {
    const known = this.#known.get(segment)
    if (known === undefined) return undefined
    this.#known.delete(segment)
    this.#known.set(segment, known)
    return known.filter
  }

  add(segment: string, filter: Buffer): void {
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
  return filter.length + members.length * idOctets
}
