/** What a formatted text consists of. Whatever is pasted or quoted becomes this, or is left out. */
import { getSchema } from '@tiptap/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Heading } from '@tiptap/extension-heading'
import { Italic } from '@tiptap/extension-italic'
import { BulletList } from '@tiptap/extension-list/bullet-list'
import { ListItem } from '@tiptap/extension-list/item'
import { OrderedList } from '@tiptap/extension-list/ordered-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Text } from '@tiptap/extension-text'
import { Underline } from '@tiptap/extension-underline'
import { Picture } from './picture.ts'
import { Link, Section, Table, TableCell, TableRow } from './nodes.ts'

const smaller = ['h4', 'h5', 'h6'].map((tag) => ({ tag, attrs: { level: 3 } }))

export const formatting = [
  Document,
  // First: of what may stand in a place a paragraph is the one that does without being asked.
  Paragraph.extend({
    parseHTML: () => [{ tag: 'p' }, { tag: 'pre', preserveWhitespace: true }],
  }),
  Text,
  Section,
  Heading.configure({ levels: [1, 2, 3] }).extend({
    parseHTML() {
      return [...(this.parent?.() ?? []), ...smaller]
    },
    // Who writes `# 3` means it.
    addInputRules: () => [],
  }),
  Blockquote,
  BulletList,
  OrderedList,
  ListItem.extend({
    // Tab goes on to the next field: nobody is held in the text (WCAG 2.1.2).
    addKeyboardShortcuts() {
      return {
        Enter: () => this.editor.commands.splitListItem(this.name),
        'Mod-]': () => this.editor.commands.sinkListItem(this.name),
        'Mod-[': () => this.editor.commands.liftListItem(this.name),
      }
    },
  }),
  Picture,
  HardBreak.extend({
    // Control and Enter send the message.
    addKeyboardShortcuts() {
      return { 'Shift-Enter': () => this.editor.commands.setHardBreak() }
    },
  }),
  Table,
  TableRow,
  TableCell,
  Bold,
  Italic,
  Underline,
  Link,
]

export const schema = getSchema(formatting)
