/** Runs of numbers in a pack, little-endian as every machine this runs on has them, at multiples of 8. */

/** Writes columns one after the other. */
export class ColumnWriter {
  readonly #parts: Buffer[] = []
  #octets = 0

  add(column: Float64Array | Uint32Array | Uint16Array | Uint8Array): this {
    const octets = Buffer.from(column.buffer, column.byteOffset, column.byteLength)
    const padding = (8 - (octets.length % 8)) % 8
    this.#parts.push(octets, Buffer.alloc(padding))
    this.#octets += octets.length + padding
    return this
  }

  end(): Buffer {
    return Buffer.concat(this.#parts, this.#octets)
  }
}

/** Reads them in the same order; nothing is copied but once, where the octets lie askew. */
export class ColumnReader {
  readonly #octets: Uint8Array
  #at = 0

  constructor(octets: Buffer) {
    this.#octets = octets.byteOffset % 8 === 0 ? octets : new Uint8Array(octets)
  }

  numbers(count: number): Float64Array {
    return new Float64Array(this.#octets.buffer, this.#take(8 * count), count)
  }

  words(count: number): Uint32Array {
    return new Uint32Array(this.#octets.buffer, this.#take(4 * count), count)
  }

  shorts(count: number): Uint16Array {
    return new Uint16Array(this.#octets.buffer, this.#take(2 * count), count)
  }

  octets(count: number): Buffer {
    return Buffer.from(this.#octets.buffer, this.#take(count), count)
  }

  #take(octets: number): number {
    const start = this.#octets.byteOffset + this.#at
    this.#at += octets + ((8 - (octets % 8)) % 8)
    return start
  }
}
