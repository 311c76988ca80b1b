/** Comparators and match types. RFC 5228 §2.7, RFC 4790, RFC 5231. */
import type { Budget } from './budget.ts'

export type Comparator = 'i;octet' | 'i;ascii-casemap' | 'i;ascii-numeric'
export type Relation = 'gt' | 'ge' | 'lt' | 'le' | 'eq' | 'ne'
export type MatchType =
  | { readonly kind: 'is' | 'contains' | 'matches' }
  | { readonly kind: 'value' | 'count'; readonly relation: Relation }

export interface Matching {
  readonly type: MatchType
  readonly comparator: Comparator
}

/** What wildcards stood for: the whole first. Undefined: no match. Empty: a match without wildcards. */
export type Captures = readonly string[]

export function matchOne(
  { type, comparator }: Matching,
  value: string,
  key: string,
  budget: Budget,
): Captures | undefined {
  budget.spend(1 + value.length / 1_000)
  const fold = (text: string) => (comparator === 'i;ascii-casemap' ? foldAscii(text) : text)
  if (type.kind === 'matches') return matchWildcards(value, key, fold, budget)
  if (type.kind === 'contains') return fold(value).includes(fold(key)) ? [] : undefined
  const relation = 'relation' in type ? type.relation : 'eq'
  return isRelated(relation, compare(comparator, value, key)) ? [] : undefined
}

const holdsFor: Readonly<Record<Relation, (order: number) => boolean>> = {
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
}

export function isRelated(relation: Relation, order: number): boolean {
  return holdsFor[relation](order)
}

function compare(comparator: Comparator, left: string, right: string): number {
  if (comparator === 'i;ascii-numeric') return compareNumbers(left, right)
  if (comparator === 'i;octet') return Buffer.compare(Buffer.from(left), Buffer.from(right))
  return Buffer.compare(Buffer.from(foldAscii(left)), Buffer.from(foldAscii(right)))
}

/** What does not begin with a digit is larger than every number and equal to its like. RFC 4790 §9.1. */
function compareNumbers(left: string, right: string): number {
  const [a, b] = [leadingDigits(left), leadingDigits(right)]
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return a.length - b.length || (a < b ? -1 : Number(a > b))
}

function leadingDigits(text: string): string | undefined {
  return /^[0-9]+/.exec(text)?.[0].replace(/^0+(?=.)/, '')
}

function foldAscii(text: string): string {
  return text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase())
}

type Piece =
  | { readonly kind: 'one' }
  | { readonly kind: 'many' }
  | { readonly kind: 'letter'; readonly letter: string }

/**
 * `*` takes as little as it can (RFC 5229 §3.2): only the last star met so far is ever lengthened, which
 * finds a match where there is one.
 */
function matchWildcards(
  value: string,
  pattern: string,
  fold: (text: string) => string,
  budget: Budget,
): Captures | undefined {
  const letters = Array.from(value)
  const folded = Array.from(fold(value))
  const pieces = piecesOf(pattern, fold)
  const starts: number[] = []
  let [at, piece, star, starEnd] = [0, 0, -1, 0]
  while (at < letters.length || piece < pieces.length) {
    budget.spend(0.1)
    const wanted = pieces[piece]
    starts[piece] = at
    if (wanted?.kind === 'many') {
      ;[star, starEnd] = [piece++, at]
      continue
    }
    const isHere = wanted !== undefined && at < letters.length
    if (isHere && (wanted.kind === 'one' || wanted.letter === folded[at])) {
      piece++
      at++
    } else if (star >= 0 && starEnd < letters.length) {
      at = ++starEnd
      piece = star + 1
    } else return undefined
  }
  starts[pieces.length] = letters.length
  const captured = pieces.flatMap(({ kind }, index) =>
    kind === 'letter' ? [] : [letters.slice(starts[index], starts[index + 1]).join('')],
  )
  return [value, ...captured]
}

function piecesOf(pattern: string, fold: (text: string) => string): readonly Piece[] {
  const pieces: Piece[] = []
  let isQuoted = false
  for (const letter of pattern) {
    if (isQuoted || !['*', '?', '\\'].includes(letter)) {
      pieces.push({ kind: 'letter', letter: fold(letter) })
      isQuoted = false
    } else if (letter === '\\') isQuoted = true
    else pieces.push({ kind: letter === '*' ? 'many' : 'one' })
  }
  return pieces
}
