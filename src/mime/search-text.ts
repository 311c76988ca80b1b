/** What is searched, decoded and folded. RFC 9051 §6.4.4, RFC 8621 §4.4.1. */

/** Of the texts as they are made here, folded by `fold-han.ts`: what was packed of another is packed anew. */
export const searchTextVersion = 2

import { decodeText } from './charset.ts'
import { decodeWords } from './encoded-word.ts'
import { foldForSearch, foldFieldForSearch } from './fold.ts'
import { unfoldedValue } from './header.ts'
import { htmlText, htmlTitles } from './html-text.ts'
import { decodeTransfer } from './transfer.ts'
import type { Part } from './types.ts'

/** A header's fields, `NAME: VALUE`. */
export function searchableFields(octets: Buffer, part: Part): readonly string[] {
  return part.fields.map((field) => {
    const value = decodeWords(unfoldedValue(octets, field))
    return foldFieldForSearch(`${field.name}: ${value}`)
  })
}

/** Text parts, of HTML what people read of it, and headers and texts of messages within the message. */
export function searchableBody(octets: Buffer, part: Part): readonly string[] {
  if (part.message !== undefined) {
    const { message } = part
    return [...searchableFields(octets, message), ...searchableBody(octets, message)]
  }
  if (part.children.length > 0) {
    return part.children.flatMap((child) => searchableBody(octets, child))
  }
  if (part.type !== 'text') return []
  const body = decodeTransfer(octets.subarray(part.bodyStart, part.end), part.encoding)
  const text = decodeText(body, part.parameters.get('charset'))
  if (part.subtype !== 'html') return [foldForSearch(text)]
  return [htmlText(text), ...htmlTitles(text)].map(foldForSearch)
}
