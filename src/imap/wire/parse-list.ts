/** LIST with options, RFC 9051 §6.3.9, RFC 5258, RFC 5819, RFC 6154 §3, RFC 8440, RFC 9590. */
import { listPatternsMax } from '../limits.ts'
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'
import { parseEntries, type EntryName } from './parse-metadata.ts'
import { parseStatusItems, type StatusItem } from './parse-status.ts'

export interface ListRequest {
  readonly reference: string
  readonly patterns: readonly string[]
  readonly isSubscribedOnly: boolean
  readonly isRecursiveMatch: boolean
  readonly isSpecialUseOnly: boolean
  readonly returnsSubscribed: boolean
  readonly returnsChildren: boolean
  readonly returnsSpecialUse: boolean
  readonly returnsMyRights: boolean
  readonly status: readonly StatusItem[]
  /** Annotations told of every name. */
  readonly metadata: readonly EntryName[]
  /** With any option or several patterns it is an extended LIST. */
  readonly isExtended: boolean
}

const selections = new Set(['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'])

export function parseList(cursor: Cursor): ListRequest {
  cursor.space()
  const hasSelection = cursor.peek() === '('
  const selected = new Set(hasSelection ? cursor.list(() => parseSelection(cursor), true) : [])
  if (hasSelection) cursor.space()
  if (selected.has('RECURSIVEMATCH') && !selected.has('SUBSCRIBED')) {
    throw new BadSyntax('RECURSIVEMATCH needs SUBSCRIBED')
  }
  const reference = cursor.astring()
  cursor.space()
  const isMany = cursor.peek() === '('
  const patterns = isMany ? cursor.list(() => cursor.listMailbox()) : [cursor.listMailbox()]
  if (patterns.length > listPatternsMax) throw new BadSyntax('Too many patterns', 'LIMIT', true)
  const returns = parseReturns(cursor)
  cursor.end()
  return {
    reference,
    patterns,
    isSubscribedOnly: selected.has('SUBSCRIBED'),
    isRecursiveMatch: selected.has('RECURSIVEMATCH'),
    isSpecialUseOnly: selected.has('SPECIAL-USE'),
    ...returns,
    isExtended: hasSelection || isMany || returns.hasReturns,
  }
}

function parseSelection(cursor: Cursor): string {
  const word = cursor.word()
  if (!selections.has(word)) throw new BadSyntax('There is no such selection option')
  return word
}

function parseReturns(cursor: Cursor) {
  const words = new Set<string>()
  let status: readonly StatusItem[] = []
  let metadata: readonly EntryName[] = []
  const hasReturns = cursor.trySkip(' ')
  if (hasReturns) {
    if (!cursor.tryWord('RETURN')) throw new BadSyntax('RETURN is missing')
    cursor.space()
    cursor.list(() => {
      const word = cursor.word()
      if (word === 'STATUS') {
        cursor.space()
        status = parseStatusItems(cursor)
      } else if (word === 'METADATA') {
        cursor.space()
        metadata = parseEntries(cursor)
      } else if (!/^(?:SUBSCRIBED|CHILDREN|SPECIAL-USE|MYRIGHTS)$/.test(word)) {
        throw new BadSyntax('There is no such return option')
      }
      words.add(word)
    }, true)
  }
  return {
    hasReturns,
    status,
    metadata,
    returnsSubscribed: words.has('SUBSCRIBED'),
    returnsChildren: words.has('CHILDREN'),
    returnsSpecialUse: words.has('SPECIAL-USE'),
    returnsMyRights: words.has('MYRIGHTS'),
  }
}
