/** The keys of the schema as a flat table: dotted name, variable, words. Source of the reference. */
import { z } from 'zod'
import { keyDocs, type KeyDoc } from './config-docs.ts'
import { configSchema } from './config-schema.ts'

export interface ConfigKey extends KeyDoc {
  /** `listen.smtp` */
  readonly name: string
  /** `TAMAR_LISTEN_SMTP` */
  readonly variable: string
}

export const configKeys: readonly ConfigKey[] = keysOf(configSchema, '')

const byName = new Map(configKeys.map((key) => [key.name, key]))

export function findConfigKey(name: string): ConfigKey | undefined {
  return byName.get(name)
}

/** The known key that was probably meant; undefined when nothing is near. */
export function nearestKey(name: string): string | undefined {
  const simple = simplify(name)
  return configKeys.find((key) => simplify(key.name) === simple || isOneOff(key.name, name))?.name
}

function keysOf(schema: z.ZodType, prefix: string): readonly ConfigKey[] {
  const doc = keyDocs.get(schema)
  if (doc !== undefined) return [{ ...doc, name: prefix, variable: variableOf(prefix) }]
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, inner]) =>
      // A shape's members are schemas; zod's own type of them is wider.
      keysOf(inner as z.ZodType, prefix === '' ? name : `${prefix}.${name}`),
    )
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return keysOf(schema.unwrap() as z.ZodType, prefix)
  throw new Error(`the configuration key ${prefix} has no words`)
}

function variableOf(name: string): string {
  const words = name.replaceAll('.', '_').replace(/[A-Z]/g, (letter) => `_${letter}`)
  return `TAMAR_${words.toUpperCase()}`
}

function simplify(name: string): string {
  return name.replace(/[^a-z0-9]/gi, '').toLowerCase()
}

/** One letter added, lost or changed: what a typing slip makes. */
function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start += 1
  const rest = (text: string, skip: number) => text.slice(start + skip)
  return rest(a, 1) === rest(b, 1) || rest(a, 1) === rest(b, 0) || rest(a, 0) === rest(b, 1)
}
