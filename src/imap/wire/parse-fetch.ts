/** What FETCH asks for, RFC 9051 §6.4.5, with RFC 7162 §3.1.4 and §3.2.6, RFC 8474 §5.3, RFC 8970, RFC 9394. */
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'
import { parseWindow, type Window } from './parse-return.ts'
import { parseBinarySection, parsePartial, parseSection } from './section.ts'
import type { Partial, Section } from './section.ts'

export type FetchItem =
  | { readonly kind: SimpleItem }
  | {
      readonly kind: 'section'
      readonly section: Section
      readonly partial: Partial | undefined
      readonly isPeek: boolean
      /** The name in the response, e.g. `BODY[TEXT]<0>` or `RFC822.HEADER`. */
      readonly label: string
    }
  | {
      readonly kind: 'binary'
      readonly section: Section
      readonly partial: Partial | undefined
      readonly isPeek: boolean
      readonly label: string
    }
  | { readonly kind: 'binary-size'; readonly section: Section; readonly label: string }

type SimpleItem =
  | 'flags'
  | 'uid'
  | 'internaldate'
  | 'savedate'
  | 'preview'
  | 'size'
  | 'envelope'
  | 'body'
  | 'bodystructure'
  | 'modseq'
  | 'emailid'
  | 'threadid'

export interface FetchModifiers {
  /** CHANGEDSINCE. */
  readonly changedSince: number | undefined
  readonly isVanished: boolean
  /** PARTIAL: only so many of the messages (RFC 9394 §3.4). */
  readonly window: Window | undefined
}

const itemsMax = 256

const simple = new Map<string, FetchItem>([
  ['FLAGS', { kind: 'flags' }],
  ['UID', { kind: 'uid' }],
  ['INTERNALDATE', { kind: 'internaldate' }],
  ['SAVEDATE', { kind: 'savedate' }],
  ['RFC822.SIZE', { kind: 'size' }],
  ['ENVELOPE', { kind: 'envelope' }],
  ['BODYSTRUCTURE', { kind: 'bodystructure' }],
  ['MODSEQ', { kind: 'modseq' }],
  ['EMAILID', { kind: 'emailid' }],
  ['THREADID', { kind: 'threadid' }],
  ['RFC822', whole('RFC822', { kind: 'all' }, false)],
  ['RFC822.HEADER', whole('RFC822.HEADER', { kind: 'header' }, true)],
  ['RFC822.TEXT', whole('RFC822.TEXT', { kind: 'text' }, false)],
])

const fast: readonly FetchItem[] = [{ kind: 'flags' }, { kind: 'internaldate' }, { kind: 'size' }]
const all: readonly FetchItem[] = [...fast, { kind: 'envelope' }]
const macros = new Map<string, readonly FetchItem[]>([
  ['FAST', fast],
  ['ALL', all],
  ['FULL', [...all, { kind: 'body' }]],
])

function whole(label: string, text: Section['text'], isPeek: boolean): FetchItem {
  const section: Section = { path: [], text, label: '' }
  return { kind: 'section', section, partial: undefined, isPeek, label }
}

export function parseFetchItems(cursor: Cursor): readonly FetchItem[] {
  if (cursor.peek() === '(') {
    const items = cursor.list(() => parseFetchItem(cursor))
    if (items.length > itemsMax) throw new BadSyntax('Too many items')
    return items
  }
  for (const [name, items] of macros) if (cursor.tryWord(name)) return items
  return [parseFetchItem(cursor)]
}

export function parseFetchItem(cursor: Cursor): FetchItem {
  const name = cursor.take(/[A-Za-z0-9.]/, 'fetch item').toUpperCase()
  const known = simple.get(name)
  if (known !== undefined) return known
  if (name === 'PREVIEW') return parsePreview(cursor)
  if (name === 'BODY' && cursor.peek() !== '[') return { kind: 'body' }
  cursor.skip('[')
  const isPeek = name.endsWith('.PEEK')
  switch (name) {
    case 'BODY':
    case 'BODY.PEEK': {
      const section = parseSection(cursor)
      const partial = parsePartial(cursor)
      return { kind: 'section', section, partial, isPeek, label: labelOf('BODY', section, partial) }
    }
    case 'BINARY':
    case 'BINARY.PEEK': {
      const section = parseBinarySection(cursor)
      const partial = parsePartial(cursor)
      const label = labelOf('BINARY', section, partial)
      return { kind: 'binary', section, partial, isPeek, label }
    }
    case 'BINARY.SIZE': {
      const section = parseBinarySection(cursor)
      return { kind: 'binary-size', section, label: labelOf(name, section, undefined) }
    }
    default:
      throw new BadSyntax('There is no such fetch item')
  }
}

/** `PREVIEW (LAZY)` may be answered later; here it is made at once either way (RFC 8970 §3.1). */
function parsePreview(cursor: Cursor): FetchItem {
  if (cursor.peek() === ' ' && cursor.peek(1) === '(') {
    cursor.space()
    cursor.list(() => {
      if (cursor.word() !== 'LAZY') throw new BadSyntax('There is no such preview modifier')
    })
  }
  return { kind: 'preview' }
}

function labelOf(name: string, section: Section, partial: Partial | undefined): string {
  return `${name}[${section.label}]${partial === undefined ? '' : `<${partial.offset}>`}`
}

/** ` (CHANGEDSINCE 5 VANISHED)` or nothing. */
export function parseFetchModifiers(cursor: Cursor): FetchModifiers {
  let changedSince: number | undefined
  let isVanished = false
  let window: Window | undefined
  if (cursor.trySkip(' ')) {
    cursor.list(() => {
      const name = cursor.word()
      if (name === 'VANISHED') isVanished = true
      else if (name === 'CHANGEDSINCE') {
        cursor.space()
        changedSince = cursor.number64()
      } else if (name === 'PARTIAL') {
        cursor.space()
        window = parseWindow(cursor)
      } else throw new BadSyntax('There is no such fetch modifier')
    })
  }
  if (isVanished && changedSince === undefined) throw new BadSyntax('VANISHED needs CHANGEDSINCE')
  return { changedSince, isVanished, window }
}
