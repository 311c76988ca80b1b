/** SEARCH: options and keys, RFC 9051 §6.4.4, RFC 5032, RFC 7162 §3.1.5, RFC 8474 §5.4, RFC 8514 §4.3, RFC 6203. */
import { dayMs, secondMs, type Millis } from '../../base/clock.ts'
import { flagBits } from '../../store/types.ts'
import { nestingMax, searchKeysMax } from '../limits.ts'
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'
import { parseDate } from './dates.ts'
import { parseReturn, type SearchReturn } from './parse-return.ts'
import { parseNumberSet, type NumberSet } from './sequence-set.ts'

export type SearchKey =
  | { readonly kind: 'all' }
  /** Messages with (or without) any of these system flags. */
  | { readonly kind: 'flag'; readonly bit: number; readonly isSet: boolean }
  | { readonly kind: 'keyword'; readonly name: string; readonly isSet: boolean }
  | { readonly kind: 'numbers'; readonly set: NumberSet; readonly isUid: boolean }
  | { readonly kind: 'modseq'; readonly modSeq: number }
  | { readonly kind: 'larger' | 'smaller'; readonly octets: number }
  /** INTERNALDATE, Date or SAVEDATE in [from, until). */
  | { readonly kind: 'received' | 'sent' | 'saved'; readonly from: Millis; readonly until: Millis }
  | { readonly kind: 'emailid' | 'threadid'; readonly id: string }
  /** Field name in lower case; an empty text asks for presence. */
  | TextKey
  /** As it was written, and what is near it. */
  | { readonly kind: 'fuzzy'; readonly key: SearchKey; readonly near: SearchKey }
  | { readonly kind: 'not'; readonly key: SearchKey }
  | { readonly kind: 'and'; readonly keys: readonly SearchKey[] }
  | { readonly kind: 'or'; readonly keys: readonly SearchKey[] }

export type TextKey =
  | { readonly kind: 'header'; readonly name: string; readonly text: string }
  | { readonly kind: 'body' | 'text'; readonly text: string }

export interface SearchRequest {
  /** Undefined: the plain response of IMAP4rev1. */
  readonly returns: SearchReturn | undefined
  readonly key: SearchKey
  readonly hasCharset: boolean
}

/** What reading a search takes besides its octets. */
export interface SearchGround {
  /** Turns octets of a search string into text; throws BadSyntax with BADCHARSET. */
  readonly decode: (octets: Buffer, charset: string) => string
  /** Message numbers may stand as a key: not with UIDONLY, not over several mailboxes. */
  readonly hasNumbers: boolean
  /** So may `$`: not over several mailboxes. */
  readonly hasSaved: boolean
  /** A search that would save and is answered NO leaves nothing saved (RFC 9051 §6.4.4.1). */
  readonly forgetSaved: () => void
  /** What FUZZY makes of a key. */
  readonly near: (key: SearchKey) => SearchKey
  /** OLDER and YOUNGER count from here. */
  readonly now: Millis
}

interface State {
  readonly cursor: Cursor
  readonly ground: SearchGround
  readonly charset: string
  keys: number
  depth: number
}

export function parseSearch(cursor: Cursor, ground: SearchGround): SearchRequest {
  cursor.space()
  const returns = cursor.tryWord('RETURN') ? parseReturn(cursor) : undefined
  const hasCharset = cursor.tryWord('CHARSET')
  let charset = 'UTF-8'
  if (hasCharset) {
    cursor.space()
    charset = parseCharset(cursor, ground, returns)
    cursor.space()
  }
  const key = parseKeys(cursor, ground, charset)
  if (returns?.isRelevancy === true) checkFuzzy(key)
  return { returns, key, hasCharset }
}

export function parseCharset(
  cursor: Cursor,
  { decode, forgetSaved }: SearchGround,
  returns?: SearchReturn,
): string {
  const charset = cursor.astring()
  try {
    decode(Buffer.alloc(0), charset)
  } catch (error) {
    if (returns?.isSave === true) forgetSaved()
    throw error
  }
  return charset
}

/** Keys up to the end of the command. */
export function parseKeys(cursor: Cursor, ground: SearchGround, charset: string): SearchKey {
  const state: State = { cursor, ground, charset, keys: 0, depth: 0 }
  const keys: SearchKey[] = []
  do keys.push(parseKey(state))
  while (cursor.trySkip(' '))
  cursor.end()
  return and(keys)
}

/** RFC 6203 §4 and §6: without FUZZY there is no relevancy. */
export function checkFuzzy(key: SearchKey): void {
  if (!hasFuzzy(key)) throw new BadSyntax('RELEVANCY is told of FUZZY keys', 'CLIENTBUG')
}

function hasFuzzy(key: SearchKey): boolean {
  if (key.kind === 'not') return hasFuzzy(key.key)
  if (key.kind === 'and' || key.kind === 'or') return key.keys.some(hasFuzzy)
  return key.kind === 'fuzzy'
}

function and(keys: readonly SearchKey[]): SearchKey {
  return keys.length === 1 && keys[0] !== undefined ? keys[0] : { kind: 'and', keys }
}

function flag(name: keyof typeof flagBits, isSet: boolean): SearchKey {
  return { kind: 'flag', bit: flagBits[name], isSet }
}

/** Keys without arguments. No message is \Recent here (RFC 9051 dropped it). */
const plain: Readonly<Record<string, SearchKey>> = {
  ALL: { kind: 'all' },
  ANSWERED: flag('\\Answered', true),
  UNANSWERED: flag('\\Answered', false),
  DELETED: flag('\\Deleted', true),
  UNDELETED: flag('\\Deleted', false),
  DRAFT: flag('\\Draft', true),
  UNDRAFT: flag('\\Draft', false),
  FLAGGED: flag('\\Flagged', true),
  UNFLAGGED: flag('\\Flagged', false),
  SEEN: flag('\\Seen', true),
  UNSEEN: flag('\\Seen', false),
  NEW: { kind: 'not', key: { kind: 'all' } },
  RECENT: { kind: 'not', key: { kind: 'all' } },
  OLD: { kind: 'all' },
  // RFC 8514 §4.3: every mailbox here knows when a message was saved in it.
  SAVEDATESUPPORTED: { kind: 'all' },
}

type Argument = (state: State) => SearchKey

const withArgument: Readonly<Record<string, Argument>> = {
  KEYWORD: ({ cursor }) => ({ kind: 'keyword', name: cursor.atom().toLowerCase(), isSet: true }),
  UNKEYWORD: ({ cursor }) => ({ kind: 'keyword', name: cursor.atom().toLowerCase(), isSet: false }),
  LARGER: ({ cursor }) => ({ kind: 'larger', octets: cursor.number(Number.MAX_SAFE_INTEGER) }),
  SMALLER: ({ cursor }) => ({ kind: 'smaller', octets: cursor.number(Number.MAX_SAFE_INTEGER) }),
  BEFORE: ({ cursor }) => ({ kind: 'received', from: -Infinity, until: parseDay(cursor) }),
  SINCE: ({ cursor }) => ({ kind: 'received', from: parseDay(cursor), until: Infinity }),
  ON: ({ cursor }) => ({ kind: 'received', ...parseOneDay(cursor) }),
  SENTBEFORE: ({ cursor }) => ({ kind: 'sent', from: -Infinity, until: parseDay(cursor) }),
  SENTSINCE: ({ cursor }) => ({ kind: 'sent', from: parseDay(cursor), until: Infinity }),
  SENTON: ({ cursor }) => ({ kind: 'sent', ...parseOneDay(cursor) }),
  SAVEDBEFORE: ({ cursor }) => ({ kind: 'saved', from: -Infinity, until: parseDay(cursor) }),
  SAVEDSINCE: ({ cursor }) => ({ kind: 'saved', from: parseDay(cursor), until: Infinity }),
  SAVEDON: ({ cursor }) => ({ kind: 'saved', ...parseOneDay(cursor) }),
  OLDER: (state) => ({ kind: 'received', from: -Infinity, until: secondsAgo(state) }),
  YOUNGER: (state) => ({ kind: 'received', from: secondsAgo(state), until: Infinity }),
  UID: ({ cursor }) => ({ kind: 'numbers', set: parseNumberSet(cursor), isUid: true }),
  EMAILID: ({ cursor }) => ({ kind: 'emailid', id: cursor.astring() }),
  THREADID: ({ cursor }) => ({ kind: 'threadid', id: cursor.astring() }),
  BODY: (state) => ({ kind: 'body', text: parseText(state) }),
  TEXT: (state) => ({ kind: 'text', text: parseText(state) }),
  HEADER: (state) => {
    const name = state.cursor.astring().toLowerCase()
    state.cursor.space()
    return { kind: 'header', name, text: parseText(state) }
  },
  MODSEQ: ({ cursor }) => ({ kind: 'modseq', modSeq: parseModSeq(cursor) }),
  FUZZY: (state) => {
    const key = parseKey(state)
    const near = state.ground.near(key)
    state.keys += countKeys(near)
    return { kind: 'fuzzy', key, near }
  },
  NOT: (state) => ({ kind: 'not', key: parseKey(state) }),
  OR: (state) => {
    const first = parseKey(state)
    state.cursor.space()
    return { kind: 'or', keys: [first, parseKey(state)] }
  },
}

const fields = new Set(['BCC', 'CC', 'FROM', 'SUBJECT', 'TO'])

function parseKey(state: State): SearchKey {
  const { cursor } = state
  state.keys += 1
  state.depth += 1
  checkSize(state)
  const key = parseOne(state, cursor)
  checkSize(state)
  state.depth -= 1
  return key
}

function checkSize({ keys, depth }: State): void {
  if (keys <= searchKeysMax && depth <= nestingMax) return
  throw new BadSyntax('The search is too large', 'LIMIT', true)
}

/** What is near a key is looked for as if it had been written. */
function countKeys(key: SearchKey): number {
  if (key.kind === 'not') return 1 + countKeys(key.key)
  if (key.kind === 'fuzzy') return 1 + countKeys(key.near)
  if (key.kind !== 'and' && key.kind !== 'or') return 1
  return key.keys.reduce((sum, inner) => sum + countKeys(inner), 1)
}

function parseOne(state: State, cursor: Cursor): SearchKey {
  const char = cursor.peek()
  if (char === '(') return and(cursor.list(() => parseKey(state)))
  if (char === '*' || char === '$' || (char >= '0' && char <= '9')) {
    const { hasNumbers, hasSaved } = state.ground
    if (char === '$' ? !hasSaved : !hasNumbers) {
      throw new BadSyntax('Message numbers cannot be used here', 'UIDREQUIRED')
    }
    return { kind: 'numbers', set: parseNumberSet(cursor), isUid: false }
  }
  const word = cursor.word()
  const known = Object.hasOwn(plain, word) ? plain[word] : undefined
  if (known !== undefined) return known
  const argument = Object.hasOwn(withArgument, word) ? withArgument[word] : undefined
  if (argument === undefined && !fields.has(word))
    throw new BadSyntax('There is no such search key')
  cursor.space()
  if (argument !== undefined) return argument(state)
  return { kind: 'header', name: word.toLowerCase(), text: parseText(state) }
}

function parseText(state: State): string {
  return state.ground.decode(state.cursor.astringOctets(), state.charset)
}

function parseDay(cursor: Cursor): Millis {
  return parseDate(cursor.isString ? cursor.string() : cursor.atom())
}

/** RFC 5032 §3: seconds before the command came. */
function secondsAgo({ cursor, ground }: State): Millis {
  return ground.now - cursor.nonZero() * secondMs
}

function parseOneDay(cursor: Cursor): { from: Millis; until: Millis } {
  const from = parseDay(cursor)
  return { from, until: from + dayMs }
}

/** `MODSEQ "/flags/\\Seen" all 5`: the entry is accepted, all metadata share one number. */
function parseModSeq(cursor: Cursor): number {
  if (cursor.peek() === '"') {
    cursor.string()
    cursor.space()
    if (!/^(?:PRIV|SHARED|ALL)$/.test(cursor.word())) throw new BadSyntax('Not an entry type')
    cursor.space()
  }
  return cursor.number64()
}
