/** What every /get does before and after its objects are read. RFC 8620 §5.1. */
import { objectsInGetMax } from '../limits.ts'
import { invalidArguments, MethodError } from './method-error.ts'
import type { Arguments } from './arguments.ts'

/** Undefined: all there are. Each once, in the order asked for. */
export function idsOfGet(args: Arguments): readonly string[] | undefined {
  const ids = args.idsOrNull('ids')
  if (ids === undefined) return undefined
  const unique = [...new Set(ids)]
  requireFew(unique.length)
  return unique
}

export function requireFew(count: number): void {
  if (count > objectsInGetMax) throw new MethodError('requestTooLarge')
}

/** The id is always among them. Undefined: the standard's own choice. */
export function propertiesOf(
  args: Arguments,
  known: readonly string[],
): ReadonlySet<string> | undefined {
  const asked = args.stringsOrNull('properties')
  if (asked === undefined) return undefined
  const unknown = asked.find((name) => !known.includes(name))
  if (unknown !== undefined) throw invalidArguments(`Unknown property: ${unknown}`)
  return new Set(['id', ...asked])
}

export function pick(object: object, properties: ReadonlySet<string> | undefined): object {
  if (properties === undefined) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => properties.has(name)))
}
