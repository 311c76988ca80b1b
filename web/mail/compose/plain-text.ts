/** The words of a message that was written as HTML, for quoting them. */
import type { EmailContent } from '../../kit/jmap/types.ts'
import { openRoom } from '../editor/room.ts'
import { shownOf, textOf } from '../reader/model.ts'
import { clean, Unshowable } from '../reader/sanitize.ts'

/** A quotation longer than this helps nobody. */
const quotedMax = 200_000

export async function plainTextOf(content: EmailContent): Promise<string> {
  const shown = shownOf(content, true)
  if (shown.kind === 'none') return ''
  const text = shown.kind === 'text' ? shown.text : await wordsOf(shown.parts)
  return text.replaceAll('\r\n', '\n').slice(0, quotedMax)
}

async function wordsOf(parts: readonly string[]): Promise<string> {
  try {
    const room = await openRoom()
    const { bodies } = clean(parts, { showsRemote: false, pictureOf: () => undefined }, room)
    return bodies.map(textOfNodes).join('\n')
  } catch (error) {
    if (!(error instanceof Unshowable)) reportError(error)
    return parts.map(textOf).join('\n')
  }
}

const blocks = new Set(
  'ADDRESS ARTICLE BLOCKQUOTE DIV DL DT DD FIELDSET FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN OL P PRE SECTION TABLE TR UL'.split(
    ' ',
  ),
)

/** Blocks stand on lines of their own, cells beside each other. */
function textOfNodes(root: DocumentFragment): string {
  let text = ''
  const visit = (node: Node): void => {
    // By name: another window's nodes are no instances of ours.
    const name = node.nodeName
    if (name === '#text') {
      text += (node.nodeValue ?? '').replaceAll(/\s+/g, ' ')
      return
    }
    if (name === 'STYLE') return
    if (name === 'BR') text += '\n'
    if (blocks.has(name) && !text.endsWith('\n')) text += '\n'
    for (const child of node.childNodes) visit(child)
    if (name === 'TD' || name === 'TH') text += '\t'
    if (blocks.has(name) && !text.endsWith('\n\n')) text += name === 'P' ? '\n\n' : '\n'
  }
  visit(root)
  return text
    .replaceAll(/[ \t]+\n/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
