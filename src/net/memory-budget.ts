/** Octets of content all connections of a process, of every door, may hold together. */
export class MemoryBudget {
  readonly octetsMax: number
  #held = 0

  constructor(octetsMax: number) {
    this.octetsMax = octetsMax
  }

  get held(): number {
    return this.#held
  }

  /** Whether as much could be taken now. */
  has(octets: number): boolean {
    return this.#held + octets <= this.octetsMax
  }

  /** Takes room, or takes none and says no. */
  take(octets: number): boolean {
    if (!this.has(octets)) return false
    this.#held += octets
    return true
  }

  give(octets: number): void {
    this.#held -= octets
  }
}
