/**
 * What is typed into the search box, as a filter of JMAP (RFC 8621 §4.4.1): words, "quoted words", and
 * operators in English or Chinese. What is no operator is a word: nothing typed is refused.
 */
import type { Filter, Mailbox } from '../../kit/jmap/types.ts'

export interface SearchPlace {
  readonly mailboxes: readonly Mailbox[]
  /** Where the reader is: not a limit, but `in:here`. */
  readonly mailboxId?: string | undefined
}

export interface Term {
  readonly kind: 'word' | Operator
  readonly value: string
  readonly isNot: boolean
  /** As it was typed. */
  readonly text: string
}

const operators = [
  'from',
  'to',
  'cc',
  'subject',
  'body',
  'has',
  'is',
  'before',
  'after',
  'in',
  'larger',
  'filename',
] as const
export type Operator = (typeof operators)[number]

/** Chinese names of the operators; full-width colons count like others. */
const chinese: Readonly<Record<string, Operator>> = {
  寄件人: 'from',
  发件人: 'from',
  收件人: 'to',
  副本: 'cc',
  抄送: 'cc',
  主旨: 'subject',
  主题: 'subject',
  內文: 'body',
  正文: 'body',
  附有: 'has',
  包含: 'has',
  狀態: 'is',
  状态: 'is',
  早於: 'before',
  早于: 'before',
  晚於: 'after',
  晚于: 'after',
  郵件匣: 'in',
  文件夹: 'in',
  大於: 'larger',
  大于: 'larger',
  檔名: 'filename',
  文件名: 'filename',
}

/** A search is short; what is longer is cut, not refused. */
const searchCharactersMax = 1_000
const termsMax = 40

export function parseSearch(text: string): readonly Term[] {
  const terms: Term[] = []
  const pattern = /(-)?(?:([\p{L}]+)[:：])?(?:"([^"]*)"?|“([^”]*)”?|([^\s　"“]+))/gu
  for (const match of text.slice(0, searchCharactersMax).matchAll(pattern)) {
    const [whole, minus, name, quoted, curled, plain] = match
    const value = quoted ?? curled ?? plain ?? ''
    const kind = name === undefined ? 'word' : operatorOf(name)
    const isNot = minus !== undefined
    if (kind === undefined)
      terms.push({ kind: 'word', value: `${name}:${value}`, isNot, text: whole })
    else if (value !== '') terms.push({ kind, value, isNot, text: whole })
    if (terms.length === termsMax) break
  }
  return terms
}

export function filterOf(text: string, place: SearchPlace): Filter {
  const conditions = parseSearch(text).map((term): Filter => {
    const condition = conditionOf(term, place) ?? { text: term.value }
    return term.isNot ? { operator: 'NOT', conditions: [condition] } : condition
  })
  const [only] = conditions
  if (only !== undefined && conditions.length === 1) return only
  return { operator: 'AND', conditions }
}

/** The search without one of its terms. */
export function withoutTerm(text: string, at: number): string {
  return parseSearch(text)
    .filter((_, index) => index !== at)
    .map((term) => term.text)
    .join(' ')
}

function operatorOf(name: string): Operator | undefined {
  return operators.find((each) => each === name.toLowerCase()) ?? chinese[name]
}

/** Undefined where the value means nothing to the operator. */
function conditionOf({ kind, value }: Term, place: SearchPlace): Filter | undefined {
  switch (kind) {
    case 'word':
      return { text: value }
    case 'from':
    case 'to':
    case 'cc':
    case 'subject':
    case 'body':
      return { [kind]: value }
    case 'filename':
      return { text: value, hasAttachment: true }
    case 'has':
      return /^(?:attachments?|附件)$/i.test(value) ? { hasAttachment: true } : undefined
    case 'is':
      return stateOf(value)
    case 'before':
    case 'after':
      return dateCondition(kind, value)
    case 'larger':
      return sizeCondition(value)
    case 'in':
      return mailboxCondition(value, place)
    default:
      return kind satisfies never
  }
}

function stateOf(value: string): Filter | undefined {
  if (/^(?:unread|未讀|未读)$/i.test(value)) return { notKeyword: '$seen' }
  if (/^(?:read|已讀|已读)$/i.test(value)) return { hasKeyword: '$seen' }
  if (/^(?:flagged|旗標|标记)$/i.test(value)) return { hasKeyword: '$flagged' }
  if (/^(?:answered|已回覆|已回复)$/i.test(value)) return { hasKeyword: '$answered' }
  return undefined
}

/** `2026`, `2026-03`, `2026-03-01`, `2026年3月1日`: the reader's own day. */
function dateCondition(kind: 'before' | 'after', value: string): Filter | undefined {
  const match = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?$/.exec(value)
  if (match === null) return undefined
  const [, year = '', month = '1', day = '1'] = match
  const date = new Date(Number(year), Number(month) - 1, Number(day))
  return Number.isNaN(date.getTime())
    ? undefined
    : { [kind]: date.toISOString().replace(/\.\d+/, '') }
}

function sizeCondition(value: string): Filter | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([km]?)b?$/i.exec(value)
  if (match === null) return undefined
  const units: Readonly<Record<string, number>> = { k: 1_000, m: 1_000_000 }
  return { minSize: Math.round(Number(match[1]) * (units[(match[2] ?? '').toLowerCase()] ?? 1)) }
}

function mailboxCondition(
  value: string,
  { mailboxes, mailboxId }: SearchPlace,
): Filter | undefined {
  const wanted = value.toLowerCase()
  if (wanted === 'here' && mailboxId !== undefined) return { inMailbox: mailboxId }
  const found = mailboxes.find(({ name, role }) => name.toLowerCase() === wanted || role === wanted)
  return found === undefined ? undefined : { inMailbox: found.id }
}
