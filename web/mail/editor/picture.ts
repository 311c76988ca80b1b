/** A picture within the text: the text has its content id, the page shows it from memory. RFC 2392. */
import { Node } from '@tiptap/core'
import type { PictureSource } from './picture-source.ts'

export interface PictureOptions {
  readonly source: PictureSource | undefined
}

export const Picture = Node.create<PictureOptions>({
  name: 'picture',
  group: 'inline',
  inline: true,
  draggable: true,
  addOptions: () => ({ source: undefined }),
  addAttributes() {
    return {
      cid: {
        default: '',
        rendered: false,
        parseHTML: (element) => (element.getAttribute('src') ?? '').slice('cid:'.length),
      },
      alt: { default: '' },
      width: { default: null, parseHTML: (element) => pixels(element.getAttribute('width')) },
      height: { default: null, parseHTML: (element) => pixels(element.getAttribute('height')) },
    }
  },
  parseHTML() {
    return [{ tag: 'img[src^="cid:"]' }]
  },
  renderHTML({ node, HTMLAttributes }) {
    return ['img', { src: `cid:${String(node.attrs['cid'])}`, ...HTMLAttributes }]
  },
  addNodeView() {
    const { source } = this.options
    if (source === undefined) return null
    return ({ node, HTMLAttributes }) => {
      const dom = document.createElement('img')
      for (const [name, value] of Object.entries(HTMLAttributes))
        if (value !== null) dom.setAttribute(name, String(value))
      const state = source.stateOf(String(node.attrs['cid']))
      const show = () => {
        const now = state?.value ?? { kind: 'failed' as const }
        dom.className = `picture ${now.kind}`
        if (now.kind === 'shown') dom.src = now.url
      }
      show()
      const stop = state?.changed.subscribe(show)
      return { dom, destroy: () => stop?.() }
    }
  },
})

const pixelsMax = 10_000

function pixels(text: string | null): number | null {
  const value = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0
  return value > 0 && value <= pixelsMax ? value : null
}
