/** A stranger's HTML as formatted text: cleaned where nothing of it can act, then only what the schema knows. */
import { DOMParser } from '@tiptap/pm/model'
import { clean, elementsMax, Unshowable } from '../reader/sanitize.ts'
import { openRoom, type Room } from './room.ts'
import { RichText } from './rich-text.ts'
import { schema } from './schema.ts'

export type HasPicture = (cid: string) => boolean

/** @throws Unshowable where it is too much, or not to be cleaned; then its words are for quoting. */
export async function richTextOfHtml(
  parts: readonly string[],
  hasPicture: HasPicture = () => false,
): Promise<RichText> {
  const room = await openRoom()
  return new RichText(DOMParser.fromSchema(schema).parse(cleanFragment(parts, room, hasPicture)))
}

/**
 * In an element of a document that shows nothing and fetches nothing, without styles of a page.
 * @param hasPicture whether it came with the picture of that content id, which stays by name
 */
export function cleanFragment(
  parts: readonly string[],
  room: Room,
  hasPicture: HasPicture = () => false,
): HTMLElement {
  const { bodies } = clean(
    parts,
    { showsRemote: false, pictureOf: (cid) => (hasPicture(cid) ? `cid:${cid}` : undefined) },
    room,
  )
  const all = room.document.implementation.createHTMLDocument().createElement('div')
  for (const body of bodies) all.append(body)
  if (all.querySelectorAll('*').length > elementsMax) throw new Unshowable()
  for (const element of all.querySelectorAll('style, img:not([src])')) element.remove()
  return all
}
