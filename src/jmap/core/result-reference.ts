/** An argument taken from an earlier response. RFC 8620 §3.7, JSON Pointer (RFC 6901) with `*`. */
import { isId } from './arguments.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { invalidArguments, MethodError } from './method-error.ts'

export type Response = readonly [name: string, values: JsonObject, callId: string]

/** The arguments with every `#name` resolved. */
export function resolveReferences(values: JsonObject, responses: readonly Response[]): JsonObject {
  const names = Object.keys(values)
  if (!names.some((name) => name.startsWith('#'))) return values
  const resolved: Record<string, Json> = {}
  for (const name of names) {
    const value = values[name] ?? null
    if (!name.startsWith('#')) resolved[name] = value
    else {
      const plain = name.slice(1)
      if (plain in values) throw invalidArguments(`${plain} is given twice`)
      resolved[plain] = follow(value, responses)
    }
  }
  return resolved
}

function follow(reference: Json, responses: readonly Response[]): Json {
  if (!isObject(reference)) throw invalidArguments('A result reference is an object')
  const { resultOf, name, path } = reference
  if (typeof resultOf !== 'string' || typeof name !== 'string' || typeof path !== 'string')
    throw invalidArguments('A result reference has resultOf, name and path')
  const found = responses.find(([, , callId]) => callId === resultOf)
  if (found === undefined || found[0] !== name) throw new MethodError('invalidResultReference')
  if (path !== '' && !path.startsWith('/')) throw new MethodError('invalidResultReference')
  const steps = path.split('/').slice(1).map(unescape)
  const value = walk(found[1], steps)
  if (value === undefined) throw new MethodError('invalidResultReference')
  return value
}

/** RFC 6901 §4. */
function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function walk(value: Json | undefined, steps: readonly string[]): Json | undefined {
  const [step, ...rest] = steps
  if (step === undefined || value === undefined) return value
  if (isList(value)) {
    if (step === '*') return walkAll(value, rest)
    return /^(?:0|[1-9]\d*)$/.test(step) ? walk(value[Number(step)], rest) : undefined
  }
  return isObject(value) && Object.hasOwn(value, step) ? walk(value[step], rest) : undefined
}

/** RFC 8620 §3.7: of each item; a result that is an array itself adds its items. */
function walkAll(list: readonly Json[], rest: readonly string[]): Json | undefined {
  const all: Json[] = []
  for (const item of list) {
    const found = walk(item, rest)
    if (found === undefined) return undefined
    if (isList(found)) all.push(...found)
    else all.push(found)
  }
  return all
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** RFC 8620 §3.3: ids that earlier requests gave to creations. */
export function isCreatedIds(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.entries(value).every(([name, id]) => isId(name) && isId(id))
}
