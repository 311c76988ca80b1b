/**
 * What FUZZY makes of a key: all its words, wherever they stand, each in the forms it may have. RFC 6203 §3 leaves the
 * matching to the server; what a key finds exactly it finds by nearness too. ADR 0068.
 */
import { foldForSearch } from '../../mime/fold.ts'
import { findRegional, regionalForms } from '../../mime/regional-words.ts'
import { nearWordsMax } from '../limits.ts'
import type { SearchKey, TextKey } from '../wire/parse-search.ts'

/** Dates, sizes, flags and what is excluded are as exact as written (RFC 6203 §5). */
export function nearKey(key: SearchKey): SearchKey {
  if (key.kind === 'and' || key.kind === 'or') return { ...key, keys: key.keys.map(nearKey) }
  if (!isText(key)) return key
  const words = wordsOf(key.text)
  if (words.length === 0) return key
  const byWords = words.map((word) => anyOf(key, formsOf(word)))
  // What is exact is near, also where it is no whole word: 會 in 委員會, `et` in `budget`.
  return { kind: 'or', keys: [key, allOf(byWords)] }
}

/** The words as they are written, in any order. */
export function wordsKey(key: TextKey): SearchKey {
  const words = wordsOf(key.text)
  return words.length === 0 ? key : allOf(words.map((text) => ({ ...key, text })))
}

export function isText(key: SearchKey): key is TextKey {
  return key.kind === 'header' || key.kind === 'body' || key.kind === 'text'
}

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

/** Folded. The longest where there are too many: they tell most. */
function wordsOf(text: string): readonly string[] {
  const folded = foldForSearch(text)
  const words = new Set<string>()
  let end = 0
  for (const { 0: word, index } of findRegional(folded)) {
    for (const plain of segment(folded.slice(end, index))) words.add(plain)
    words.add(word)
    end = index + word.length
  }
  for (const plain of segment(folded.slice(end))) words.add(plain)
  const list = [...words]
  if (list.length <= nearWordsMax) return list
  return list.toSorted((a, b) => b.length - a.length).slice(0, nearWordsMax)
}

function segment(text: string): readonly string[] {
  return [...segmenter.segment(text)].filter((each) => each.isWordLike).map((each) => each.segment)
}

/** Searching is for substrings, so a stem stands for all that begins with it. */
function formsOf(word: string): readonly string[] {
  return [stemOf(word), ...regionalForms(word)]
}

/** Enough is left to tell one word from another. */
const stemMin = 4
const endings = /(?:IES|ING|ED|ES|S|Y)$/

/** BUDGETS and BUDGET, POLICIES and POLICY, MEETING and MEET. */
function stemOf(word: string): string {
  const stem = word.replace(endings, '')
  return stem.length >= stemMin ? stem : word
}

function anyOf(key: TextKey, texts: readonly string[]): SearchKey {
  const keys = texts.map((text): SearchKey => ({ ...key, text }))
  return keys.length === 1 && keys[0] !== undefined ? keys[0] : { kind: 'or', keys }
}

function allOf(keys: readonly SearchKey[]): SearchKey {
  return keys.length === 1 && keys[0] !== undefined ? keys[0] : { kind: 'and', keys }
}
