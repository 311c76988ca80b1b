/** A tree grown again from what an export holds, with what is asked of it on the way. RFC 6962 §2.1. */
import { Edge } from '../edge.ts'
import type { Hash } from '../types.ts'

export class Regrowth {
  readonly #edge: Edge
  readonly #wanted: ReadonlySet<number>
  /** Full tiles above the leaves: one hash for 256 entries. */
  readonly #upper: Map<string, Buffer>
  readonly #roots: Map<number, Hash>
  #isWhole: boolean

  /** `wanted`: sizes whose roots are kept. */
  constructor(wanted: ReadonlySet<number>, from?: Regrowth) {
    this.#wanted = wanted
    this.#edge = from === undefined ? new Edge() : from.#edge.copy()
    this.#upper = new Map(from === undefined ? [] : from.#upper)
    this.#roots = new Map(from === undefined ? [[0, this.#edge.root()]] : from.#roots)
    this.#isWhole = from === undefined || from.#isWhole
  }

  /** False once a hash was missing: nothing more is known of it. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  copy(): Regrowth {
    return new Regrowth(this.#wanted, this)
  }

  /** Undefined hashes, or not as many as there must be, end it. */
  push(hashes: readonly Hash[] | undefined, width: number): void {
    if (hashes?.length !== width) this.#isWhole = false
    if (!this.#isWhole) return
    for (const hash of hashes ?? []) {
      this.#edge.push(hash, ({ level, index, hashes: tile }) => {
        if (level > 0) this.#upper.set(`${level}/${index}`, tile)
      })
      if (this.#wanted.has(this.#edge.size)) this.#roots.set(this.#edge.size, this.#edge.root())
    }
  }

  rootAt(size: number): Hash | undefined {
    return this.#roots.get(size)
  }

  is({ size, root }: { readonly size: number; readonly root: Hash }): boolean {
    return this.#isWhole && this.#edge.size === size && this.#edge.root().equals(root)
  }

  /** A tile above the leaves, or of their right edge. */
  tile(level: number, index: number): Buffer {
    return this.#upper.get(`${level}/${index}`) ?? this.#edge.tile(level)
  }
}
