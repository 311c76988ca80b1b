/** The arguments of one call while it runs: texts are expanded as they are read. */
import type { Bound, CheckedTest } from './definition.ts'
import type { Run } from './run.ts'

export class Arguments {
  readonly #bound: Bound
  readonly #run: Run

  constructor(bound: Bound, run: Run) {
    this.#bound = bound
    this.#run = run
  }

  get tests(): readonly CheckedTest[] {
    return this.#bound.tests
  }

  /** A tag stands, or an optional value. */
  has(name: string): boolean {
    return this.#bound.given.has(name)
  }

  /** The one of these tags that stands. */
  oneOf<Tag extends string>(tags: readonly Tag[]): Tag | undefined {
    return tags.find((tag) => this.has(tag))
  }

  text(name: string): string {
    return this.findText(name) ?? ''
  }

  findText(name: string): string | undefined {
    const value = this.#bound.given.get(name)
    return typeof value === 'string' ? this.#run.expand(value) : undefined
  }

  list(name: string): readonly string[] {
    const value = this.#bound.given.get(name)
    if (typeof value === 'string') return [this.#run.expand(value)]
    return typeof value === 'object' ? value.map((text) => this.#run.expand(text)) : []
  }

  number(name: string): number | undefined {
    const value = this.#bound.given.get(name)
    return typeof value === 'number' ? value : undefined
  }
}
