/**
 * Octets that arrive in pieces and leave as one Buffer, copied once at most. Large pieces are held
 * as they came; many small ones are gathered, so that a sender of single octets does not make us
 * hold an object for each.
 */

/** So many pieces are held as they come: a message of usual size never has more. */
const looseMax = 16
/** A piece of this size carries the cost of an object of its own. */
const largeOctets = 2_048
const gatherOctets = 65_536

export class Pieces {
  #parts: Buffer[] = []
  #octets = 0
  #tail: Buffer | undefined
  #tailUsed = 0

  add(chunk: Buffer, start: number, end: number): void {
    this.#octets += end - start
    if (this.#parts.length < looseMax || end - start >= largeOctets) {
      this.#flush()
      this.#parts.push(chunk.subarray(start, end))
      return
    }
    if (this.#tail !== undefined && this.#tail.length - this.#tailUsed < end - start) {
      this.#flush()
      this.#tail = undefined
    }
    this.#tail ??= Buffer.allocUnsafeSlow(gatherOctets)
    this.#tailUsed += chunk.copy(this.#tail, this.#tailUsed, start, end)
  }

  clear(): void {
    this.#parts = []
    this.#octets = 0
    this.#tail = undefined
    this.#tailUsed = 0
  }

  take(): Buffer {
    this.#flush()
    const [only] = this.#parts
    if (only !== undefined && this.#parts.length === 1) return only
    return Buffer.concat(this.#parts, this.#octets)
  }

  /** Order: what was gathered goes before what comes now. */
  #flush(): void {
    if (this.#tail === undefined || this.#tailUsed === 0) return
    this.#parts.push(this.#tail.subarray(0, this.#tailUsed))
    this.#tail = this.#tail.subarray(this.#tailUsed)
    this.#tailUsed = 0
  }
}
