/** SORT and THREAD: what to order by. RFC 5256 §5, RFC 5957, RFC 5267 §3, RFC 6203 §6. */
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'
import { parseReturn, type SearchReturn } from './parse-return.ts'
import {
  checkFuzzy,
  parseCharset,
  parseKeys,
  type SearchGround,
  type SearchKey,
} from './parse-search.ts'

export const criterionKinds = [
  'ARRIVAL',
  'CC',
  'DATE',
  'DISPLAYFROM',
  'DISPLAYTO',
  'FROM',
  'RELEVANCY',
  'SIZE',
  'SUBJECT',
  'TO',
] as const
export type CriterionKind = (typeof criterionKinds)[number]

export interface Criterion {
  readonly kind: CriterionKind
  readonly isReverse: boolean
}

/** What lies in the message alone, whatever was looked for. */
export type LastingKind = Exclude<CriterionKind, 'RELEVANCY'>

export interface LastingCriterion extends Criterion {
  readonly kind: LastingKind
}

/** Each makes the keys of every message larger; there are but ten. */
const criteriaMax = 20

export interface SortRequest {
  readonly returns: SearchReturn | undefined
  readonly criteria: readonly Criterion[]
  readonly key: SearchKey
}

export function parseSort(cursor: Cursor, ground: SearchGround): SortRequest {
  cursor.space()
  const returns = cursor.tryWord('RETURN') ? parseReturn(cursor) : undefined
  const criteria = cursor.list(() => parseCriterion(cursor))
  if (criteria.length > criteriaMax) throw new BadSyntax('Too many sort criteria')
  cursor.space()
  const charset = parseCharset(cursor, ground, returns)
  cursor.space()
  const key = parseKeys(cursor, ground, charset)
  if (returns?.isRelevancy === true || !criteria.every(isLasting)) checkFuzzy(key)
  return { returns, criteria, key }
}

export function isLasting(criterion: Criterion): criterion is LastingCriterion {
  return criterion.kind !== 'RELEVANCY'
}

function parseCriterion(cursor: Cursor): Criterion {
  const isReverse = cursor.tryWord('REVERSE')
  if (isReverse) cursor.space()
  const word = cursor.word()
  const kind = criterionKinds.find((name) => name === word)
  if (kind === undefined) throw new BadSyntax('There is no such sort criterion')
  return { kind, isReverse }
}

export const threadAlgorithms = ['ORDEREDSUBJECT', 'REFERENCES'] as const
export type ThreadAlgorithm = (typeof threadAlgorithms)[number]

export interface ThreadRequest {
  readonly algorithm: ThreadAlgorithm
  readonly key: SearchKey
}

export function parseThread(cursor: Cursor, ground: SearchGround): ThreadRequest {
  cursor.space()
  const word = cursor.word()
  const algorithm = threadAlgorithms.find((name) => name === word)
  if (algorithm === undefined) throw new BadSyntax('There is no such algorithm')
  cursor.space()
  const charset = parseCharset(cursor, ground)
  cursor.space()
  return { algorithm, key: parseKeys(cursor, ground, charset) }
}
