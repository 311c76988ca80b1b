/** Something that is read when it is looked at, and again when it changed. */
import type { Answer, Body, Why } from './own-api.ts'
import { Value } from './observable.ts'

export type Load<T> =
  | { readonly kind: 'reading' }
  | { readonly kind: 'there'; readonly value: T }
  | { readonly kind: 'fault'; readonly why: Why }

export class Loaded<T> {
  readonly now = new Value<Load<T>>({ kind: 'reading' })
  readonly #ask: () => Promise<Answer>
  readonly #read: (body: Body) => T

  constructor(ask: () => Promise<Answer>, read: (body: Body) => T) {
    this.#ask = ask
    this.#read = read
  }

  get value(): T | undefined {
    const { value } = this.now
    return value.kind === 'there' ? value.value : undefined
  }

  /** What was there stays in sight while it is read anew. */
  async read(): Promise<void> {
    const answer = await this.#ask()
    if (answer.isDone) this.now.set({ kind: 'there', value: this.#read(answer.body) })
    else this.now.set({ kind: 'fault', why: answer.why })
  }
}
