/**
 * An Email's keywords: of all its places together, but read only where every place is. What is set is
 * set in every place. RFC 8621 §4.1.1; `docs/adr/0018-jmap-state.md`.
 */
import type { EmailPlace, EmailView } from '../../store/emails/types.ts'
import { flagBits } from '../../store/types.ts'
import { isObject, type Json } from '../core/json.ts'
import { invalidProperties, SetRefusal } from '../core/method-error.ts'
import { keywordCharactersMax, keywordsPerEmailMax } from '../limits.ts'
import { sharedFlags } from '../mailbox/counts.ts'

export const systemKeywords: ReadonlyMap<string, number> = new Map([
  ['$seen', flagBits['\\Seen']],
  ['$answered', flagBits['\\Answered']],
  ['$flagged', flagBits['\\Flagged']],
  ['$draft', flagBits['\\Draft']],
])

/** In lower case. */
export function keywordsOf(
  view: Pick<EmailView, 'keywords'>,
  places: readonly EmailPlace[],
): readonly string[] {
  const flags = sharedFlags(places)
  const found: string[] = []
  for (const [name, bit] of systemKeywords) if ((flags & bit) !== 0) found.push(name)
  let bits = 0n
  for (const { keywords } of places) if (keywords !== 0) bits |= BigInt(keywords)
  if (bits === 0n) return found
  for (const [bit, name] of view.keywords.entries())
    if (((bits >> BigInt(bit)) & 1n) === 1n) found.push(name.toLowerCase())
  return found
}

/** Whether an Email has a keyword, without naming all it has. */
export function hasKeyword(
  view: Pick<EmailView, 'keywords'>,
  places: readonly EmailPlace[],
  keyword: string,
): boolean {
  const bit = systemKeywords.get(keyword)
  if (bit !== undefined) return (sharedFlags(places) & bit) !== 0
  const at = view.keywords.findIndex((name) => name.toLowerCase() === keyword)
  return at !== -1 && places.some(({ keywords }) => ((BigInt(keywords) >> BigInt(at)) & 1n) === 1n)
}

// RFC 8621 §4.1.1: ASCII without what IMAP's atoms cannot have.
const keywordForm = /^[\x21\x23\x24\x26\x27\x2b-\x5b\x5e-\x7a\x7c-\x7e]+$/

export function isKeyword(value: string): boolean {
  return value.length <= keywordCharactersMax && keywordForm.test(value)
}

/** @throws SetRefusal where it is no map of keywords to true. */
export function readKeywords(value: Json | undefined): ReadonlySet<string> {
  if (value === undefined || value === null) return new Set()
  if (!isObject(value)) throw invalidProperties('keywords')
  const names = Object.entries(value).map(([name, isOn]) => {
    if (isOn !== true || !isKeyword(name)) throw invalidProperties('keywords')
    return name.toLowerCase()
  })
  if (names.length > keywordsPerEmailMax) throw new SetRefusal({ type: 'tooManyKeywords' })
  return new Set(names)
}

/** As the store has them: bits for those of the system, names for the others. */
export function splitKeywords(keywords: Iterable<string>): {
  readonly flags: number
  readonly names: readonly string[]
} {
  let flags = 0
  const names: string[] = []
  for (const name of keywords) {
    const bit = systemKeywords.get(name)
    if (bit === undefined) names.push(name)
    else flags |= bit
  }
  return { flags, names }
}
