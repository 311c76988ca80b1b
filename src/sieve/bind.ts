/** Puts the arguments of a call into the places its definition has for them. RFC 5228 §2.6. */
import type { Capability } from './capabilities.ts'
import type { Bound, CheckedTest, Kind, Raw, TagDefinition, ValueDefinition } from './definition.ts'
import { expandEncoded } from './expand.ts'
import type { Argument, Call } from './syntax/parse.ts'
import { scriptFault, type Position } from './syntax/position.ts'

export interface Binding {
  readonly tags?: readonly TagDefinition[]
  readonly values?: readonly ValueDefinition[]
}

/** @throws Refusal('invalid') */
export function bind(
  call: Call,
  { tags = [], values = [] }: Binding,
  requires: ReadonlySet<Capability>,
  tests: readonly CheckedTest[],
): Bound {
  const given = new Map<string, Raw>()
  const rest: Exclude<Argument, { kind: 'tag' }>[] = []
  const groups = new Set<string>()
  for (let at = 0; at < call.arguments.length; at++) {
    const argument = call.arguments[at]
    if (argument === undefined) continue
    if (argument.kind !== 'tag') {
      rest.push(argument)
      continue
    }
    const tag = tags.find(({ name }) => name === argument.value)
    requireTag(call, argument, tag, requires)
    if (given.has(tag.name) || (tag.group !== undefined && groups.has(tag.group)))
      throw scriptFault(argument.at, `:${tag.name} cannot stand here again`)
    if (tag.group !== undefined) groups.add(tag.group)
    given.set(tag.name, tag.value === undefined ? true : tagValue(call, ++at, tag, requires))
  }
  placeValues(call, rest, values, given, requires)
  return { at: call.at, given, tests }
}

function requireTag(
  call: Call,
  { at, value }: { readonly at: Position; readonly value: string },
  tag: TagDefinition | undefined,
  requires: ReadonlySet<Capability>,
): asserts tag is TagDefinition {
  if (tag === undefined) throw scriptFault(at, `${call.name} has no :${value}`)
  if (tag.needs !== undefined && !requires.has(tag.needs))
    throw scriptFault(at, `:${value} needs: require "${tag.needs}";`)
}

function tagValue(
  call: Call,
  index: number,
  tag: TagDefinition,
  requires: ReadonlySet<Capability>,
): Raw {
  const argument = call.arguments[index]
  if (argument === undefined || argument.kind === 'tag')
    throw scriptFault(call.at, `:${tag.name} needs ${wordFor(tag.value)} after it`)
  const value = valueOf(call, argument, tag.value ?? 'text', requires)
  if (tag.oneOf === undefined) return value
  const found = tag.oneOf.find((one) => one === String(value).toLowerCase())
  if (found === undefined)
    throw scriptFault(argument.at, `after :${tag.name} stands one of ${tag.oneOf.join(', ')}`)
  requireComparator(argument.at, found, requires)
  return found
}

/** RFC 5228 §2.7.3: all comparators but two must be required. */
function requireComparator(at: Position, name: string, requires: ReadonlySet<Capability>): void {
  if (name === 'i;ascii-numeric' && !requires.has('comparator-i;ascii-numeric'))
    throw scriptFault(at, 'this comparator needs: require "comparator-i;ascii-numeric";')
}

function placeValues(
  call: Call,
  rest: readonly Exclude<Argument, { kind: 'tag' }>[],
  values: readonly ValueDefinition[],
  given: Map<string, Raw>,
  requires: ReadonlySet<Capability>,
): void {
  const isWhole = rest.length === values.length
  const places = isWhole ? values : values.filter(({ isOptional }) => isOptional !== true)
  if (rest.length !== places.length)
    throw scriptFault(call.at, `${call.name} takes ${places.length} arguments, not ${rest.length}`)
  for (const [index, { name, kind }] of places.entries()) {
    const argument = rest[index]
    if (argument !== undefined) given.set(name, valueOf(call, argument, kind, requires))
  }
}

function valueOf(
  call: Call,
  argument: Exclude<Argument, { kind: 'tag' }>,
  kind: Kind,
  requires: ReadonlySet<Capability>,
): Raw {
  const isRight = argument.kind === kind || (kind === 'list' && argument.kind === 'text')
  if (!isRight) throw scriptFault(argument.at, `${call.name} needs ${wordFor(kind)} here`)
  if (!requires.has('encoded-character') || argument.kind === 'number') return argument.value
  const decode = (text: string) =>
    expandEncoded(text, (why) => {
      throw scriptFault(argument.at, why)
    })
  return argument.kind === 'text' ? decode(argument.value) : argument.value.map(decode)
}

function wordFor(kind: Kind | undefined): string {
  return { text: 'a text', list: 'texts', number: 'a number' }[kind ?? 'text']
}
