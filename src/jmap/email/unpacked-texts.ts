/**
 * The texts of messages that no pack has yet, as searches look into them: read once for all that is typed into
 * a search, letter after letter. Like all that is read of messages they are remembered for minutes.
 */
import type { Millis } from '../../base/clock.ts'
import { foldFieldForSearch, foldForSearch } from '../../mime/fold.ts'
import { parseMessage } from '../../mime/parse.ts'
import { searchableBody, searchableFields } from '../../mime/search-text.ts'
import { cachedMs } from '../../store/limits.ts'
import type { Summary } from '../../store/types.ts'
import { unpackedTextCharactersMax } from '../limits.ts'
import { bodyPartsOf, hasAttachment, partOfStructure } from './body.ts'
import type { TextTest } from './filter.ts'

export class EmailTexts {
  readonly hasAttachment: boolean
  /** `NAME: VALUE`, folded. */
  readonly #lines: readonly string[]
  #body: readonly string[] | undefined

  constructor({ header, structure }: Summary) {
    this.#lines = searchableFields(header, parseMessage(header))
    this.hasAttachment = hasAttachment(bodyPartsOf(partOfStructure(structure)))
  }

  get hasBody(): boolean {
    return this.#body !== undefined
  }

  get characters(): number {
    const texts = [...this.#lines, ...(this.#body ?? [])]
    return texts.reduce((sum, text) => sum + text.length, 0)
  }

  readBody(content: Buffer): void {
    this.#body = searchableBody(content, parseMessage(content))
  }

  isTrue(test: TextTest): boolean {
    if (test.kind === 'attachment') return this.hasAttachment === test.isWanted
    if (test.kind === 'header') return this.#fieldHas(test.name, test.needle ?? '')
    const { where, needle } = test
    if (where === 'body') return this.#bodyHas(needle)
    if (where === 'text') return this.#headerHas(needle) || this.#bodyHas(needle)
    return this.#fieldHas(where, needle)
  }

  #fieldHas(name: string, needle: string): boolean {
    const [begin, folded] = [`${foldForSearch(name)}:`, foldFieldForSearch(needle)]
    return this.#lines.some(
      (line) => line.startsWith(begin) && line.slice(begin.length).trimStart().includes(folded),
    )
  }

  #headerHas(needle: string): boolean {
    const folded = foldFieldForSearch(needle)
    return this.#lines.some((line) => line.includes(folded))
  }

  #bodyHas(needle: string): boolean {
    const folded = foldForSearch(needle)
    return this.#body?.some((text) => text.includes(folded)) === true
  }
}

interface Kept {
  readonly texts: EmailTexts
  readonly characters: number
  readonly until: Millis
}

/** The longest unused first. Whoever asks was let to the Email before, by its id. */
const known = new Map<string, Kept>()
let characters = 0

/** With its body, where that is wanted. */
export function findUnpacked(id: string, needsBody: boolean, now: Millis): EmailTexts | undefined {
  const kept = known.get(id)
  if (kept === undefined || (needsBody && !kept.texts.hasBody)) return undefined
  forget(id, kept)
  if (now >= kept.until) return undefined
  keep(id, kept)
  return kept.texts
}

export function keepUnpacked(id: string, texts: EmailTexts, now: Millis): void {
  const before = known.get(id)
  if (before !== undefined) forget(id, before)
  keep(id, { texts, characters: texts.characters, until: now + cachedMs })
  for (const [oldest, kept] of known) {
    if (characters <= unpackedTextCharactersMax && now < kept.until) return
    forget(oldest, kept)
  }
}

function keep(id: string, kept: Kept): void {
  known.set(id, kept)
  characters += kept.characters
}

function forget(id: string, kept: Kept): void {
  known.delete(id)
  characters -= kept.characters
}
