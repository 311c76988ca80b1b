/** The texts of a message that SEARCH looks into, decoded. RFC 9051 §6.4.4. */
import { decodeText } from '../../mime/charset.ts'
import { decodeWords } from '../../mime/encoded-word.ts'
import { unfoldedValue } from '../../mime/header.ts'
import { parseMessage } from '../../mime/parse.ts'
import { decodeTransfer } from '../../mime/transfer.ts'
import type { Part } from '../../mime/types.ts'
import { fold, foldField } from '../../mime/fold.ts'

/** A header's fields, folded, read once per message. */
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
      values = fields.map((field) => foldField(decodeWords(unfoldedValue(this.#octets, field))))
      this.#values.set(name, values)
    }
    return values
  }

  /** Every line, `name: value`. */
  hasText(needle: string): boolean {
    return headerHas(this.#octets, this.#part, needle)
  }
}

function headerHas(octets: Buffer, part: Part, needle: string): boolean {
  return part.fields.some((field) => {
    const value = decodeWords(unfoldedValue(octets, field))
    return foldField(`${field.name}: ${value}`).includes(needle)
  })
}

/** Text parts, and headers and texts of messages within the message. */
export class BodyTexts {
  readonly #octets: Buffer
  #texts: readonly string[] | undefined

  constructor(content: Buffer) {
    this.#octets = content
  }

  has(needle: string): boolean {
    this.#texts ??= textsOf(this.#octets, parseMessage(this.#octets))
    return this.#texts.some((text) => text.includes(needle))
  }
}

function textsOf(octets: Buffer, part: Part): readonly string[] {
  if (part.message !== undefined) {
    const { message } = part
    const header = message.fields.map((field) => {
      const value = decodeWords(unfoldedValue(octets, field))
      return fold(`${field.name}: ${value}`)
    })
    return [...header, ...textsOf(octets, message)]
  }
  if (part.children.length > 0) return part.children.flatMap((child) => textsOf(octets, child))
  if (part.type !== 'text') return []
  const body = decodeTransfer(octets.subarray(part.bodyStart, part.end), part.encoding)
  return [fold(decodeText(body, part.parameters.get('charset')))]
}
