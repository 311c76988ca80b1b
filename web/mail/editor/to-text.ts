/** A formatted text as plain text says it: for those who read it so, and for whoever looks for words. */
import type { Node } from '@tiptap/pm/model'

/** @param isLeftOut blocks that are not said */
export function textOfDocument(
  doc: Node,
  isLeftOut: (block: Node) => boolean = () => false,
): string {
  return textOfBlocks(doc, isLeftOut)
}

type Skip = (block: Node) => boolean

function textOfBlocks(parent: Node, skip: Skip): string {
  let text = ''
  parent.forEach((child) => {
    const said = skip(child) ? '' : textOfBlock(child, skip)
    if (said === '') return
    // Who is quoted stands right above it.
    const gap = child.type.name === 'blockquote' ? '\n' : '\n\n'
    text += text === '' ? said : gap + said
  })
  return text
}

function textOfBlock(block: Node, skip: Skip): string {
  switch (block.type.name) {
    case 'blockquote':
      return prefixLines(textOfBlocks(block, skip))
    case 'bulletList':
      return itemsOf(block, skip, () => '- ')
    case 'orderedList':
      return itemsOf(block, skip, (index) => `${Number(block.attrs['start'] ?? 1) + index}. `)
    case 'table':
      return childrenOf(block)
        .map((row) =>
          childrenOf(row)
            .map((cell) => oneLine(textOfBlocks(cell, skip)))
            .join('\t'),
        )
        .join('\n')
    case 'section': {
      const text = textOfBlocks(block, skip)
      // RFC 3676 §4.3.
      return block.attrs['kind'] === 'signature' && text !== '' ? `-- \n${text}` : text
    }
    default:
      return block.isTextblock ? textOfLine(block) : textOfBlocks(block, skip)
  }
}

/** RFC 3676 §4.5, as everybody writes them. */
function prefixLines(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n')
}

function itemsOf(list: Node, skip: Skip, markOf: (index: number) => string): string {
  return childrenOf(list)
    .map((item, index) => {
      const mark = markOf(index)
      const lines = textOfBlocks(item, skip).replaceAll('\n\n', '\n').split('\n')
      return mark + lines.join(`\n${' '.repeat(mark.length)}`)
    })
    .join('\n')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}

function textOfLine(block: Node): string {
  let text = ''
  childrenOf(block).forEach((child, index, all) => {
    if (child.type.name === 'hardBreak') text += '\n'
    if (child.type.name === 'picture') text += `[${String(child.attrs['alt']) || '…'}]`
    if (!child.isText) return
    text += child.text ?? ''
    const href = hrefOf(child)
    // A link of several pieces says where it leads behind the last.
    if (href !== undefined && href !== hrefOf(all[index + 1])) text += leadsTo(href, text)
  })
  return text.replaceAll('\u00A0', ' ').replaceAll(/[ \t]+$/gm, '')
}

function hrefOf(node: Node | undefined): string | undefined {
  const mark = node?.marks.find(({ type }) => type.name === 'link')
  return mark === undefined ? undefined : String(mark.attrs['href'])
}

/** Nothing, where the words say it themselves. */
function leadsTo(href: string, before: string): string {
  const bare = href.replace(/^(?:mailto:|tel:|https?:\/\/)/i, '').replace(/\/$/, '')
  return before.replace(/\/$/, '').endsWith(bare) ? '' : ` <${href}>`
}

function childrenOf(node: Node): readonly Node[] {
  return Array.from({ length: node.childCount }, (_, index) => node.child(index))
}
