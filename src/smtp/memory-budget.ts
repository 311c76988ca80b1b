/** Octets of content all connections of a node may hold together. */
export class MemoryBudget {
  readonly octetsMax: number
  #held = 0

  constructor(octetsMax: number) {
    this.octetsMax = octetsMax
  }

  get held(): number {
    return this.#held
  }

  /** Takes room, or takes none and says no. */
  take(octets: number): boolean {
    if (this.#held + octets > this.octetsMax) return false
    this.#held += octets
    return true
  }

  give(octets: number): void {
    this.#held -= octets
  }
}
