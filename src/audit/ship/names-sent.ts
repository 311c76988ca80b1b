/** Which names the auditors have already, as far as this process knows: the others go along. */
import type { KeyObject } from 'node:crypto'
import type { KnownName } from '../names/name-box.ts'
import { namesSentMax } from './limits.ts'
import type { MadeLeaf } from './make-leaves.ts'

/** What a person or account is called, for the auditors; undefined for whom nobody knows. */
export type NameOf = (id: string) => string | undefined

export class NamesSent {
  readonly auditors: KeyObject
  readonly #nameOf: NameOf
  readonly #sent = new Set<string>()

  constructor(auditors: KeyObject, nameOf: NameOf) {
    this.auditors = auditors
    this.#nameOf = nameOf
  }

  /** Each once. */
  fresh(made: readonly MadeLeaf[]): readonly KnownName[] {
    const fresh = new Map<string, KnownName>()
    for (const { names } of made)
      for (const name of names) {
        const { pseudonym } = name
        if (this.#sent.has(pseudonym) || fresh.has(pseudonym)) continue
        const known = name.class === 'id' ? this.#nameOf(name.value) : undefined
        fresh.set(pseudonym, known === undefined ? name : { ...name, known })
      }
    return [...fresh.values()]
  }

  sent(names: readonly KnownName[]): void {
    if (this.#sent.size + names.length > namesSentMax) this.#sent.clear()
    for (const { pseudonym } of names) this.#sent.add(pseudonym)
  }
}
