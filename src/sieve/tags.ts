/** Tags that several tests have, and what they mean. */
import type { Arguments } from './arguments.ts'
import type { TagDefinition } from './definition.ts'
import { isRelated, type Comparator, type Matching, type Relation } from './match.ts'
import type { Run } from './run.ts'

const relations: readonly Relation[] = ['gt', 'ge', 'lt', 'le', 'eq', 'ne']
const comparators: readonly Comparator[] = ['i;octet', 'i;ascii-casemap', 'i;ascii-numeric']

/** RFC 5228 §2.7.1, §2.7.3; RFC 5231. */
export const matchTags: readonly TagDefinition[] = [
  { name: 'is', group: 'match' },
  { name: 'contains', group: 'match' },
  { name: 'matches', group: 'match' },
  { name: 'value', group: 'match', needs: 'relational', value: 'text', oneOf: relations },
  { name: 'count', group: 'match', needs: 'relational', value: 'text', oneOf: relations },
  { name: 'comparator', value: 'text', oneOf: comparators },
]

/** RFC 5228 §2.7.4, RFC 5233. */
export const addressPartTags: readonly TagDefinition[] = [
  { name: 'all', group: 'part' },
  { name: 'localpart', group: 'part' },
  { name: 'domain', group: 'part' },
  { name: 'user', group: 'part', needs: 'subaddress' },
  { name: 'detail', group: 'part', needs: 'subaddress' },
]

/** RFC 5260 §6. */
export const indexTags: readonly TagDefinition[] = [
  { name: 'index', needs: 'index', value: 'number' },
  { name: 'last', needs: 'index' },
]

/** Values against the keys, as the tags say; `:count` compares how many there are. */
export function isMatch(
  run: Run,
  args: Arguments,
  values: readonly string[],
  keys: readonly string[],
): boolean {
  const matching = matchingOf(args)
  if (matching.type.kind !== 'count') return run.matches(matching, values, keys)
  const { relation } = matching.type
  return keys.some((key) => isRelated(relation, values.length - Number.parseInt(key, 10)))
}

function matchingOf(args: Arguments): Matching {
  // The definitions above let nothing else through.
  const comparator = (args.findText('comparator') ?? 'i;ascii-casemap') as Comparator
  const kind = args.oneOf(['contains', 'matches', 'value', 'count'] as const) ?? 'is'
  if (kind === 'is' || kind === 'contains' || kind === 'matches')
    return { type: { kind }, comparator }
  return { type: { kind, relation: args.text(kind) as Relation }, comparator }
}

/** `:index n`, from the end with `:last`. Without it all of them. */
export function pickIndexed<T>(args: Arguments, all: readonly T[]): readonly T[] {
  const index = args.number('index')
  if (index === undefined) return all
  const picked = all[args.has('last') ? all.length - index : index - 1]
  return picked === undefined ? [] : [picked]
}
