/** One page of a list: in the order of ids, so that what is added meanwhile does not shift it. */
import type { HashingSealer } from '../keys/types.ts'
import { type CursorPlace, formatCursor, parseCursor } from './cursor.ts'

export interface Page {
  readonly items: readonly { readonly id: string }[]
  readonly next: string | null
}

export function pageOfItems(
  keys: HashingSealer,
  place: CursorPlace,
  items: readonly { readonly id: string }[],
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): Page {
  const after = cursor === undefined ? '' : parseCursor(keys, place, cursor)
  const rest = items.filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1))
  const page = rest.slice(0, limit)
  const last = page.at(-1)
  const isLast = rest.length <= limit || last === undefined
  return { items: page, next: isLast ? null : formatCursor(keys, place, last.id) }
}
