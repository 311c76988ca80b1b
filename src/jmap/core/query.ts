/** The window of a query's results, and what changed in them. RFC 8620 §5.5, §5.6. */
import { filterDepthMax, queryLimitMax } from '../limits.ts'
import type { Arguments } from './arguments.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { invalidArguments, MethodError } from './method-error.ts'

export interface WindowAsked {
  readonly position: number
  readonly anchor: string | undefined
  readonly anchorOffset: number
  readonly limit: number
  /** The limit is ours: the client named none, or a larger one. */
  readonly isLimited: boolean
  readonly calculateTotal: boolean
}

export function windowAsked(args: Arguments): WindowAsked {
  const limit = args.unsigned('limit')
  return {
    position: args.integer('position') ?? 0,
    anchor: args.idOrNull('anchor'),
    anchorOffset: args.integer('anchorOffset') ?? 0,
    limit: Math.min(limit ?? queryLimitMax, queryLimitMax),
    isLimited: limit === undefined || limit > queryLimitMax,
    calculateTotal: args.boolean('calculateTotal', false),
  }
}

export interface Window {
  readonly position: number
  readonly ids: readonly string[]
  readonly total?: number
  readonly limit?: number
}

export function windowOf(all: readonly string[], asked: WindowAsked): Window {
  const position = startOf(all, asked)
  const ids = all.slice(position, position + asked.limit)
  return {
    position,
    ids,
    ...(asked.calculateTotal && { total: all.length }),
    ...(asked.isLimited && { limit: queryLimitMax }),
  }
}

function startOf(all: readonly string[], { anchor, anchorOffset, position }: WindowAsked): number {
  if (anchor === undefined) return position < 0 ? Math.max(0, all.length + position) : position
  const at = all.indexOf(anchor)
  if (at === -1) throw new MethodError('anchorNotFound')
  return Math.max(0, at + anchorOffset)
}

/** A filter with its operators; a condition is the type's own. */
export type Filter<C> =
  | { readonly operator: 'AND' | 'OR' | 'NOT'; readonly of: readonly Filter<C>[] }
  | { readonly operator: undefined; readonly condition: C }

export function parseFilter<C>(
  value: Json | undefined,
  read: (condition: JsonObject) => C,
  depth = 0,
): Filter<C> | undefined {
  if (value === undefined) return undefined
  if (!isObject(value)) throw invalidArguments('filter must be an object')
  const { operator } = value
  if (operator === undefined) return { operator: undefined, condition: read(value) }
  if (depth > filterDepthMax) throw new MethodError('unsupportedFilter')
  const { conditions } = value
  const isOperator = operator === 'AND' || operator === 'OR' || operator === 'NOT'
  if (!isOperator || !Array.isArray(conditions))
    throw invalidArguments('A FilterOperator has an operator and conditions')
  const of = conditions.map((each: Json) => {
    const filter = parseFilter(each, read, depth + 1)
    if (filter === undefined) throw invalidArguments('A condition is an object')
    return filter
  })
  return { operator, of }
}

/** NOT: none of them is true (RFC 8620 §5.5). */
export function matches<C>(
  filter: Filter<C> | undefined,
  isTrue: (condition: C) => boolean,
): boolean {
  if (filter === undefined) return true
  if (filter.operator === undefined) return isTrue(filter.condition)
  if (filter.operator === 'AND') return filter.of.every((each) => matches(each, isTrue))
  const any = filter.of.some((each) => matches(each, isTrue))
  return filter.operator === 'OR' ? any : !any
}

export interface Comparator {
  readonly property: string
  readonly isAscending: boolean
  readonly more: JsonObject
}

/** @param known names of what can be sorted by. */
export function parseSort(args: Arguments, known: readonly string[]): readonly Comparator[] {
  const value = args.value('sort')
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalidArguments('sort must be a Comparator[]')
  return value.map((each: Json) => {
    if (!isObject(each)) throw invalidArguments('A Comparator is an object')
    const { property, isAscending = true, collation, ...more } = each
    if (typeof property !== 'string' || typeof isAscending !== 'boolean')
      throw invalidArguments('A Comparator has a property, and isAscending is a Boolean')
    const isKnown = collation === undefined || collation === 'i;unicode-casemap'
    if (!known.includes(property) || !isKnown) throw new MethodError('unsupportedSort')
    return { property, isAscending, more }
  })
}

export interface QueryDelta {
  readonly removed: readonly string[]
  readonly added: readonly { readonly id: string; readonly index: number }[]
}

/**
 * Whatever may have changed its place is removed, and put in where it stands now. RFC 8620 §5.6 lets
 * `removed` hold ids that were never among the results.
 */
export function queryDelta(
  results: readonly string[],
  moved: ReadonlySet<string>,
  upToId: string | undefined,
): QueryDelta {
  const end = upToId === undefined ? -1 : results.indexOf(upToId)
  const told = end === -1 || moved.has(upToId ?? '') ? results : results.slice(0, end + 1)
  const added = told.flatMap((id, index) => (moved.has(id) ? [{ id, index }] : []))
  return { removed: [...moved], added }
}
