/** RETURN of SEARCH and SORT: RFC 9051 §6.4.4, RFC 5267 §4, RFC 9394 §3.1, RFC 6203 §4. */
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'

/** A window of a result; from the end where both were written with a minus. */
export interface Window {
  /** From 1; `first` is not above `last`. */
  readonly first: number
  readonly last: number
  readonly isFromEnd: boolean
  /** As the client wrote it: the answer repeats it. */
  readonly written: string
}

export interface SearchReturn {
  readonly isMin: boolean
  readonly isMax: boolean
  readonly isAll: boolean
  readonly isCount: boolean
  readonly isSave: boolean
  /** The client wants to hear how the result changes (RFC 5267 §4.3). */
  readonly isUpdate: boolean
  readonly window: Window | undefined
  /** How near each message is to what FUZZY looked for. */
  readonly isRelevancy: boolean
}

const words = new Set(['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE', 'UPDATE', 'CONTEXT', 'RELEVANCY'])

/** After the word RETURN, up to and with the space behind the list. */
export function parseReturn(cursor: Cursor): SearchReturn {
  cursor.space()
  const options = new Set<string>()
  let window: Window | undefined
  cursor.list(() => {
    const word = cursor.word()
    if (word === 'PARTIAL') {
      if (window !== undefined) throw new BadSyntax('PARTIAL stands once', 'CLIENTBUG')
      cursor.space()
      window = parseWindow(cursor)
    } else if (words.has(word)) options.add(word)
    else throw new BadSyntax('There is no such search option')
  }, true)
  cursor.space()
  // RFC 9394 §3.1: one of them says which numbers are told.
  if (window !== undefined && options.has('ALL')) {
    throw new BadSyntax('PARTIAL and ALL exclude each other', 'CLIENTBUG')
  }
  return {
    isMin: options.has('MIN'),
    isMax: options.has('MAX'),
    isAll: options.has('ALL') || (options.size === 0 && window === undefined),
    isCount: options.has('COUNT'),
    isSave: options.has('SAVE'),
    isUpdate: options.has('UPDATE'),
    window,
    isRelevancy: options.has('RELEVANCY'),
  }
}

/** `1:500`, or `-1:-100`: the last hundred. */
export function parseWindow(cursor: Cursor): Window {
  const isFromEnd = cursor.trySkip('-')
  const a = cursor.nonZero()
  cursor.skip(':')
  if (isFromEnd) cursor.skip('-')
  const b = cursor.nonZero()
  const sign = isFromEnd ? '-' : ''
  const written = `${sign}${a}:${sign}${b}`
  return { first: Math.min(a, b), last: Math.max(a, b), isFromEnd, written }
}

/** Those of a list that the window shows. */
export function withinWindow<T>(list: readonly T[], window: Window): readonly T[] {
  const { first, last, isFromEnd } = window
  if (!isFromEnd) return list.slice(first - 1, last)
  return list.slice(Math.max(0, list.length - last), Math.max(0, list.length - first + 1))
}
