/** Status items, RFC 9051 §6.3.11, RFC 7162 §3.1.7, RFC 8474 §4.3, RFC 7889 §3.1, RFC 9208 §4.1.4. */
import { BadSyntax } from './bad-syntax.ts'
import type { Cursor } from './cursor.ts'

const statusItems = [
  'MESSAGES',
  'RECENT',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'DELETED',
  'DELETED-STORAGE',
  'SIZE',
  'HIGHESTMODSEQ',
  'MAILBOXID',
  'APPENDLIMIT',
] as const

export type StatusItem = (typeof statusItems)[number]

export function parseStatusItems(cursor: Cursor): readonly StatusItem[] {
  return [...new Set(cursor.list(() => parseItem(cursor)))]
}

function parseItem(cursor: Cursor): StatusItem {
  const word = cursor.word()
  const item = statusItems.find((name) => name === word)
  if (item === undefined) throw new BadSyntax('There is no such status item')
  return item
}
