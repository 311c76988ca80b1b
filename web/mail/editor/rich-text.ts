/** A formatted text that never changes: what the editor gives after each stroke, made into words or HTML when it is needed. */
import { DOMSerializer, type Node } from '@tiptap/pm/model'
import type { SectionKind } from './nodes.ts'
import { schema } from './schema.ts'
import { textOfDocument } from './to-text.ts'

export interface Quotation {
  /** Who wrote it and when, a line each. */
  readonly head: string
  readonly body: RichText
  /** It is answered; otherwise it is passed on as it is. */
  readonly isCited: boolean
}

export class RichText {
  readonly doc: Node

  constructor(doc: Node) {
    this.doc = doc
  }

  /** An empty line to write on, then how one signs, then what is quoted. */
  static begin(signature: RichText | undefined, quotation?: Quotation): RichText {
    const quoted = quotation === undefined ? [] : [sectionOf('quotation', quotedBlocks(quotation))]
    return ofBlocks([paragraphOf(''), ...signed(signature), ...quoted])
  }

  static ofPlainText(text: string): RichText {
    const lines = text.replaceAll('\r\n', '\n').split('\n')
    return ofBlocks(blocksOfLines(lines, 0))
  }

  get isEmpty(): boolean {
    return this.toText() === ''
  }

  /** Content ids of the pictures in it. */
  cids(): ReadonlySet<string> {
    const found = new Set<string>()
    this.doc.descendants(({ type, attrs }) => {
      if (type.name === 'picture') found.add(String(attrs['cid']))
    })
    return found
  }

  toText(): string {
    return textOfDocument(this.doc)
  }

  /** What he writes himself: without what is quoted and how he signs. */
  ownText(): string {
    return textOfDocument(this.doc, ({ type }) => ['section', 'blockquote'].includes(type.name))
  }

  /** A page of its own, of nothing but what the schema knows. */
  toHtml(): string {
    return `<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n${this.toInnerHtml()}\n</body></html>\n`
  }

  /** The same without the page around it. */
  toInnerHtml(): string {
    const page = document.implementation.createHTMLDocument()
    const body = page.createElement('div')
    const serializer = DOMSerializer.fromSchema(this.doc.type.schema)
    serializer.serializeFragment(this.doc.content, { document: page }, body)
    for (const quote of body.querySelectorAll('blockquote')) {
      quote.setAttribute('type', 'cite')
      quote.style.cssText = 'margin: 0 0 0 0.8ex; border-left: 1px solid #ccc; padding-left: 1ex'
    }
    for (const picture of body.querySelectorAll('img')) picture.style.cssText = 'max-width: 100%'
    keepSpaces(body, page)
    return body.innerHTML
  }

  /** As another signs it. Who has written into a signature keeps his words. */
  withSignature(before: RichText | undefined, after: RichText | undefined): RichText {
    // Each editor has a schema of its own, and what is compared must be of one.
    const blocks = childrenOf(schema.nodeFromJSON(this.doc.toJSON()))
    const at = blocks.findIndex((block) => isSection(block, 'signature'))
    const [was] = signed(before)
    if (at !== -1)
      return was !== undefined && blocks[at]?.eq(was)
        ? ofBlocks(blocks.toSpliced(at, 1, ...signed(after)))
        : this
    // He took it out himself.
    if (was !== undefined) return this
    const quoted = blocks.findIndex((block) => isSection(block, 'quotation'))
    return ofBlocks(blocks.toSpliced(quoted === -1 ? blocks.length : quoted, 0, ...signed(after)))
  }
}

function ofBlocks(blocks: readonly Node[]): RichText {
  const doc = schema.node('doc', null, blocks.length === 0 ? [paragraphOf('')] : blocks)
  return new RichText(doc)
}

function sectionOf(kind: SectionKind, blocks: readonly Node[]): Node {
  return schema.node('section', { kind }, blocks)
}

function isSection({ type, attrs }: Node, kind: SectionKind): boolean {
  return type.name === 'section' && attrs['kind'] === kind
}

function signed(signature: RichText | undefined): readonly Node[] {
  return signature === undefined || signature.isEmpty
    ? []
    : [sectionOf('signature', childrenOf(signature.doc))]
}

function quotedBlocks({ head, body, isCited }: Quotation): readonly Node[] {
  const blocks = childrenOf(body.doc)
  return [paragraphOf(head), ...(isCited ? [schema.node('blockquote', null, blocks)] : blocks)]
}

/** Deeper quotations stay as they are written. */
const depthMax = 12

/** Lines to paragraphs, which an empty line parts; lines with `>` before them are quotations. */
function blocksOfLines(lines: readonly string[], depth: number): readonly Node[] {
  const blocks: Node[] = []
  let own: string[] = []
  let quoted: string[] = []
  const end = () => {
    if (own.some((line) => line.trim() !== '')) blocks.push(...paragraphsOf(own.join('\n')))
    if (quoted.length > 0)
      blocks.push(schema.node('blockquote', null, orEmpty(blocksOfLines(quoted, depth + 1))))
    own = []
    quoted = []
  }
  for (const line of lines) {
    const isQuoted = line.startsWith('>') && depth < depthMax
    if (isQuoted ? own.length > 0 : quoted.length > 0) end()
    if (isQuoted) quoted.push(line.replace(/^> ?/, ''))
    else own.push(line)
  }
  end()
  return blocks
}

function orEmpty(blocks: readonly Node[]): readonly Node[] {
  return blocks.length === 0 ? [paragraphOf('')] : blocks
}

function paragraphsOf(text: string): readonly Node[] {
  const pieces = text.split(/\n[ \t]*\n\s*?/)
  return pieces.map((piece) => paragraphOf(piece.replaceAll(/^\n+|\s+$/g, '')))
}

/** Where a line ends, one begins. */
function paragraphOf(text: string): Node {
  const inline = text
    .split('\n')
    .flatMap((line, index) => [
      ...(index === 0 ? [] : [schema.node('hardBreak')]),
      ...(line === '' ? [] : [schema.text(line)]),
    ])
  return schema.node('paragraph', null, inline)
}

function childrenOf(node: Node): readonly Node[] {
  return Array.from({ length: node.childCount }, (_, index) => node.child(index))
}

/** HTML makes one of several spaces. */
function keepSpaces(root: HTMLElement, page: Document): void {
  const texts = page.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode as Text
    if (text.data.includes('  ')) text.data = text.data.replaceAll('  ', ' \u00A0')
  }
}
