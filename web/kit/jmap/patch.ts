/** Patches of JMAP applied to what is known: RFC 8620 §5.3. */
import type { Patch } from './types.ts'

/** `{'keywords/$seen': true}`; `null` takes away. The record itself is left as it was. */
export function applyPatch<T extends object>(record: T, patch: Patch): T {
  const result = Object.fromEntries(Object.entries(record)) as Record<string, unknown>
  for (const [path, value] of Object.entries(patch)) {
    const [property = '', key] = path.split('/').map(unescape)
    if (key === undefined) {
      result[property] = value
      continue
    }
    const inner = { ...(result[property] as Record<string, unknown> | undefined) }
    if (value === null) delete inner[key]
    else inner[key] = value
    result[property] = inner
  }
  return result as T // The same properties, with other values.
}

/** What would bring the record back to what it is now. */
export function invertPatch(record: object, patch: Patch): Patch {
  const now = record as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.keys(patch).map((path) => {
      const [property = '', key] = path.split('/').map(unescape)
      if (key === undefined) return [path, now[property] ?? null]
      const inner = now[property] as Readonly<Record<string, unknown>> | undefined
      return [path, inner?.[key] ?? null]
    }),
  )
}

/** One part of a path, RFC 6901 §3. */
export function pathPart(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}
