/**
 * Search keys as tests that may answer "not known yet": cheap knowledge decides most messages before
 * anything dear is read. RFC 9051 §6.4.4.
 */
import { indexesOf } from '../numbers.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { MessageFacts, Summary } from '../../store/types.ts'
import { dayOf } from '../wire/dates.ts'
import type { SearchKey } from '../wire/parse-search.ts'
import { foldForSearch, foldFieldForSearch } from '../../mime/fold.ts'
import type { PackedTexts } from './packed.ts'
import type { BodyTexts, HeaderTexts } from './texts.ts'

/** What is known of a message so far. */
export interface Known {
  readonly index: number
  facts: MessageFacts | undefined
  summary: Summary | undefined
  header: HeaderTexts | undefined
  body: BodyTexts | undefined
  /** What the packed texts say of it. */
  packed: PackedTexts | undefined
}

/** Undefined: more has to be known. */
export type Test = (message: Known) => boolean | undefined

/** What deciding may take, in order of cost. */
export const levels = ['view', 'facts', 'summary', 'content'] as const
export type SearchLevel = (typeof levels)[number]

type Leaf = Exclude<SearchKey, { readonly kind: 'not' | 'and' | 'or' | 'fuzzy' }>

const levelOfKind: Readonly<Record<Leaf['kind'], SearchLevel>> = {
  all: 'view',
  flag: 'view',
  keyword: 'view',
  numbers: 'view',
  modseq: 'view',
  larger: 'facts',
  smaller: 'facts',
  received: 'facts',
  saved: 'facts',
  emailid: 'facts',
  threadid: 'facts',
  sent: 'summary',
  header: 'summary',
  body: 'content',
  text: 'content',
}

/** The dearest knowledge a key can ask for. */
export function levelOf(key: SearchKey): SearchLevel {
  if (key.kind === 'fuzzy') return levelOf(key.near)
  if (key.kind === 'not') return levelOf(key.key)
  if (key.kind !== 'and' && key.kind !== 'or') return levelOfKind[key.kind]
  const dearest = Math.max(0, ...key.keys.map((inner) => levels.indexOf(levelOf(inner))))
  return levels[dearest] ?? 'view'
}

/** Every level at which something can be decided: the others need not be read for it. */
export function levelsOf(key: SearchKey): ReadonlySet<SearchLevel> {
  if (key.kind === 'fuzzy') return levelsOf(key.near)
  if (key.kind === 'not') return levelsOf(key.key)
  if (key.kind === 'and' || key.kind === 'or') {
    return new Set(key.keys.flatMap((inner) => [...levelsOf(inner)]))
  }
  // TEXT is in the header too, and that is in the summary.
  return new Set(key.kind === 'text' ? ['summary', 'content'] : [levelOfKind[key.kind]])
}

export function compileTest(key: SearchKey, view: SelectedMailbox): Test {
  if (key.kind === 'fuzzy') return compileTest(key.near, view)
  if (key.kind === 'not') return negated(compileTest(key.key, view))
  if (key.kind !== 'and' && key.kind !== 'or') return compileOne(key, view)
  const tests = key.keys.map((inner) => compileTest(inner, view))
  return key.kind === 'and' ? allOf(tests) : anyOf(tests)
}

function compileOne(key: Leaf, view: SelectedMailbox): Test {
  switch (key.kind) {
    case 'all':
      return () => true
    case 'flag':
      return ({ index }) => ((view.flagsAt(index) & key.bit) !== 0) === key.isSet
    case 'keyword':
      return ({ index }) => hasKeyword(view.keywordsAt(index), key.name) === key.isSet
    case 'numbers': {
      const wanted = new Set(indexesOf(view, key.set, key.isUid))
      return ({ index }) => wanted.has(index)
    }
    case 'modseq':
      return ({ index }) => view.modSeqAt(index) >= key.modSeq
    case 'larger':
      return ({ facts }) => facts && facts.octets > key.octets
    case 'smaller':
      return ({ facts }) => facts && facts.octets < key.octets
    case 'received':
      return ({ facts }) => facts && isWithin(facts.receivedAt, key)
    case 'saved':
      return ({ facts }) => facts && isWithin(facts.savedAt, key)
    case 'emailid':
      return ({ facts }) => facts && facts.messageId === key.id
    case 'threadid':
      return ({ facts }) => facts && facts.threadId === key.id
    case 'sent':
      return ({ summary }) => summary && isWithin(sentDay(summary), key)
    case 'header':
      return packedFirst(key, view, headerTest(key.name, foldFieldForSearch(key.text)))
    case 'body':
    case 'text':
      break
  }
  return packedFirst(key, view, textTest(foldForSearch(key.text), key.kind === 'text'))
}

function packedFirst(key: Leaf, view: SelectedMailbox, test: Test): Test {
  return (message) => message.packed?.answer(key, view.uidAt(message.index)) ?? test(message)
}

function headerTest(name: string, needle: string): Test {
  return ({ header }) => header && header.values(name).some((value) => value.includes(needle))
}

function textTest(needle: string, isHeaderToo: boolean): Test {
  if (needle === '') return () => true
  const headerNeedle = foldFieldForSearch(needle)
  return ({ header, body }) => {
    if (isHeaderToo && header?.hasText(headerNeedle) === true) return true
    return body && body.has(needle)
  }
}

function negated(test: Test): Test {
  return (message) => {
    const answer = test(message)
    return answer === undefined ? undefined : !answer
  }
}

function allOf(tests: readonly Test[]): Test {
  return (message) => {
    let answer: boolean | undefined = true
    for (const test of tests) {
      const one = test(message)
      if (one === false) return false
      if (one === undefined) answer = undefined
    }
    return answer
  }
}

function anyOf(tests: readonly Test[]): Test {
  return (message) => {
    let answer: boolean | undefined = false
    for (const test of tests) {
      const one = test(message)
      if (one === true) return true
      if (one === undefined) answer = undefined
    }
    return answer
  }
}

function hasKeyword(keywords: readonly string[], lowerName: string): boolean {
  return keywords.some((keyword) => keyword.toLowerCase() === lowerName)
}

function isWithin(
  at: number,
  { from, until }: { readonly from: number; readonly until: number },
): boolean {
  return at >= from && at < until
}

/** The Date field's day as written, its time and zone disregarded (RFC 9051 §6.4.4). */
function sentDay({ envelope, receivedAt }: Summary): number {
  const match = /(\d{1,2}) +([A-Za-z]{3}) +(\d{4})/.exec(envelope.date ?? '')
  const written = match === null ? NaN : Date.parse(`${match[1]} ${match[2]} ${match[3]} 00:00 UTC`)
  return Number.isNaN(written) ? dayOf(receivedAt) : written
}
