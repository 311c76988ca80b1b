/** What a message's text may hold beyond what Tiptap brings: what is signed, quoted, linked, or in a table. */
import { InputRule, Mark, Node } from '@tiptap/core'
import { linkAddressOf } from './link-address.ts'

export type SectionKind = 'signature' | 'quotation'

/** Keeps apart what others wrote and how one signs, also when a draft is opened again: a class says which it is. */
export const Section = Node.create({
  name: 'section',
  group: 'block',
  content: 'block+',
  defining: true,
  addAttributes() {
    return {
      kind: {
        default: 'quotation',
        rendered: false,
        parseHTML: (element): SectionKind =>
          element.classList.contains('tamar-signature') ? 'signature' : 'quotation',
      },
    }
  },
  parseHTML() {
    return [{ tag: 'div.tamar-signature' }, { tag: 'div.tamar-quotation' }]
  },
  renderHTML({ node }) {
    return ['div', { class: `tamar-${String(node.attrs['kind'])}` }, 0]
  },
})

export const Link = Mark.create({
  name: 'link',
  // What is typed behind it is no part of it.
  inclusive: false,
  addAttributes() {
    return { href: { default: null } }
  },
  parseHTML() {
    return [
      {
        tag: 'a[href]',
        getAttrs: (element) =>
          linkAddressOf(element.getAttribute('href') ?? '') === undefined ? false : null,
      },
    ]
  },
  renderHTML({ HTMLAttributes: { href } }) {
    return ['a', { href: String(href), rel: 'noopener noreferrer' }, 0]
  },
  addInputRules() {
    return [
      new InputRule({
        // Until something that is not of an address: a space, or a word in Chinese.
        find: /(?:^|[^\x21-\x7e]|\()(https:\/\/[!#-;=?-~]+[#-&*+/-9=@-Z_a-z~-])([.,;:!?)'"]*[^\x21-\x7e])$/u,
        handler: ({ state: { tr }, range, match }) => {
          const [whole, url = '', rest = ''] = match
          const from = range.from + whole.length - rest.length - url.length
          const to = from + url.length
          if (tr.doc.rangeHasMark(from, to, this.type)) return null
          tr.addMark(from, to, this.type.create({ href: url }))
          tr.removeStoredMark(this.type)
          return undefined
        },
      }),
    ]
  },
})

/** Tables that others sent stay tables; new ones are not made here. */
export const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  addAttributes() {
    return { border: { default: null } }
  },
  parseHTML() {
    return [{ tag: 'table' }]
  },
  renderHTML({ HTMLAttributes }) {
    return ['table', HTMLAttributes, ['tbody', 0]]
  },
})

export const TableRow = Node.create({
  name: 'tableRow',
  content: 'tableCell*',
  parseHTML() {
    return [{ tag: 'tr' }]
  },
  renderHTML() {
    return ['tr', 0]
  },
})

const spanMax = 100

export const TableCell = Node.create({
  name: 'tableCell',
  content: 'block+',
  isolating: true,
  addAttributes() {
    const span = (name: string) => ({
      default: null,
      parseHTML: (element: HTMLElement) => {
        const value = Number(element.getAttribute(name))
        return Number.isInteger(value) && value > 1 && value <= spanMax ? value : null
      },
    })
    return { colspan: span('colspan'), rowspan: span('rowspan') }
  },
  parseHTML() {
    return [{ tag: 'td' }, { tag: 'th' }]
  },
  renderHTML({ HTMLAttributes }) {
    return ['td', HTMLAttributes, 0]
  },
})
