/** What the store's packed texts say of a search, so that most messages need not be opened. */
import { foldForSearch, foldFieldForSearch } from '../../mime/fold.ts'
import type { TextHits, TextQuery } from '../../store/types.ts'
import type { SelectedMailbox } from '../selected-mailbox.ts'
import type { Session } from '../session.ts'
import type { SearchKey } from '../wire/parse-search.ts'

export class PackedTexts {
  readonly #places: ReadonlyMap<SearchKey, number>
  readonly #hits: TextHits

  constructor(places: ReadonlyMap<SearchKey, number>, hits: TextHits) {
    this.#places = places
    this.#hits = hits
  }

  /** Undefined: it is not packed, or this key cannot be asked of packs. */
  answer(key: SearchKey, uid: number): boolean | undefined {
    const place = this.#places.get(key)
    if (place === undefined || this.#hits.unpacked.has(uid)) return undefined
    return this.#hits.hits[place]?.has(uid)
  }
}

export async function readPacked(
  session: Session,
  view: SelectedMailbox,
  key: SearchKey,
): Promise<PackedTexts | undefined> {
  const places = new Map<SearchKey, number>()
  const queries: TextQuery[] = []
  for (const leaf of leavesOf(key)) {
    const query = queryOf(leaf)
    if (query !== undefined) places.set(leaf, queries.push(query) - 1)
  }
  if (queries.length === 0) return undefined
  const { accountId } = view.place.mount.grant
  const hits = await session.ports.store.findTexts(accountId, view.id, queries)
  return hits && new PackedTexts(places, hits)
}

function leavesOf(key: SearchKey): readonly SearchKey[] {
  if (key.kind === 'fuzzy') return leavesOf(key.near)
  if (key.kind === 'not') return leavesOf(key.key)
  if (key.kind === 'and' || key.kind === 'or') return key.keys.flatMap(leavesOf)
  return [key]
}

function queryOf(key: SearchKey): TextQuery | undefined {
  if (key.kind !== 'header' && key.kind !== 'body' && key.kind !== 'text') return undefined
  const needle = key.kind === 'body' ? foldForSearch(key.text) : foldFieldForSearch(key.text)
  if (needle === '' || needle.includes('\0')) return undefined
  if (key.kind === 'header') return { where: { field: `${foldForSearch(key.name)}: ` }, needle }
  // In bodies white space is as it is, so one needle must do for both.
  if (key.kind === 'text' && needle !== foldForSearch(key.text)) return undefined
  return { where: key.kind, needle }
}
