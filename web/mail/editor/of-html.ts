/** A stranger's HTML as formatted text: cleaned where nothing of it can act, then only what the schema knows. */
import { DOMParser } from '@tiptap/pm/model'
import { clean, elementsMax, Unshowable } from '../reader/sanitize.ts'
import { openRoom } from './room.ts'
import { RichText } from './rich-text.ts'
import { schema } from './schema.ts'

/** @throws Unshowable where it is too much, or not to be cleaned; then its words are for quoting. */
export async function richTextOfHtml(parts: readonly string[]): Promise<RichText> {
  const room = await openRoom()
  return new RichText(DOMParser.fromSchema(schema).parse(cleanFragment(parts, room)))
}

/** In an element of the room's own document, without styles of a page and without pictures. */
export function cleanFragment(
  parts: readonly string[],
  room: Window & typeof globalThis,
): HTMLElement {
  const { bodies } = clean(parts, { showsRemote: false, pictureOf: () => undefined }, room)
  const all = room.document.createElement('div')
  for (const body of bodies) all.append(body)
  if (all.querySelectorAll('*').length > elementsMax) throw new Unshowable()
  for (const element of all.querySelectorAll('style, img:not([src])')) element.remove()
  return all
}
