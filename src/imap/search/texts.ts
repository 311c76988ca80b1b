/** The texts of a message that SEARCH looks into, read once per message. RFC 9051 §6.4.4. */
import { decodeWords } from '../../mime/encoded-word.ts'
import { foldFieldForSearch } from '../../mime/fold.ts'
import { unfoldedValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import { searchableBody, searchableFields } from '../../mime/search-text.ts'
import type { Part } from '../../mime/types.ts'

export class HeaderTexts {
  readonly #octets: Buffer
  readonly #part: Part
  readonly #values = new Map<string, readonly string[]>()

  constructor(header: Buffer) {
    this.#octets = header
    this.#part = parseMessage(header)
  }

  /** @param name in lower case. */
  values(name: string): readonly string[] {
    let values = this.#values.get(name)
    if (values === undefined) {
      const fields = this.#part.fields.filter((field) => field.lowerName === name)
      values = fields.map((field) =>
        foldFieldForSearch(decodeWords(unfoldedValue(this.#octets, field))),
      )
      this.#values.set(name, values)
    }
    return values
  }

  /** Every line, `name: value`. */
  hasText(needle: string): boolean {
    return searchableFields(this.#octets, this.#part).some((line) => line.includes(needle))
  }
}

export class BodyTexts {
  readonly #octets: Buffer
  #texts: readonly string[] | undefined

  constructor(content: Buffer) {
    this.#octets = content
  }

  has(needle: string): boolean {
    this.#texts ??= searchableBody(this.#octets, parseMessage(this.#octets))
    return this.#texts.some((text) => text.includes(needle))
  }
}
