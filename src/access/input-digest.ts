/** The digest of exactly what is done: an approval holds for it and for nothing else. */
import { createHash } from 'node:crypto'
import type { Asked } from './types.ts'

/** SHA-256, hex. Keys in order, what is undefined left out: the same act has the same digest. */
export function digestOf({ act, object, input }: Asked): string {
  const text = JSON.stringify([act, sorted(object), sorted(input)])
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

function sorted(values: object): readonly (readonly [string, unknown])[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
