/** Filters of Email/query: what they ask, and whether an Email is found. RFC 8621 §4.4.1. */
import type { EmailFacts } from '../../store/emails/types.ts'
import type { AccountReading } from '../core/account.ts'
import { parseUtcDate } from '../core/arguments.ts'
import type { Json, JsonObject } from '../core/json.ts'
import { invalidArguments, MethodError } from '../core/method-error.ts'
import type { Filter } from '../core/query.ts'
import { hasKeyword, isKeyword } from './keywords.ts'

/** What is told from facts alone. */
export type FactTest = (reading: AccountReading, email: EmailFacts) => boolean

export type TextWhere = 'text' | 'body' | 'from' | 'to' | 'cc' | 'bcc' | 'subject'

/** What needs a look into the message. */
export type TextTest =
  | { readonly kind: 'text'; readonly where: TextWhere; readonly needle: string }
  | { readonly kind: 'header'; readonly name: string; readonly needle: string | undefined }
  | { readonly kind: 'attachment'; readonly isWanted: boolean }

/** All of both are true. */
export interface Condition {
  readonly facts: readonly FactTest[]
  readonly texts: readonly TextTest[]
  /** Other messages of the thread have a say. */
  readonly isOfThread: boolean
}

export function readCondition(condition: JsonObject): Condition {
  const facts: FactTest[] = []
  const texts: TextTest[] = []
  let isOfThread = false
  for (const [name, value] of Object.entries(condition)) {
    if (name.includes('InThread')) isOfThread = true
    const fact = factTests[name]
    if (fact !== undefined) facts.push(fact(value, name))
    else texts.push(...textTestsOf(name, value))
  }
  return { facts, texts, isOfThread }
}

const isIn = (reading: AccountReading, email: EmailFacts, id: string) =>
  reading.placesOf(email).some((place) => place.mailboxId === id)

const has = (reading: AccountReading, email: EmailFacts, keyword: string) =>
  hasKeyword(reading.view, reading.placesOf(email), keyword)

const threadTest =
  (isTrue: (have: readonly boolean[]) => boolean) =>
  (value: Json, name: string): FactTest => {
    const keyword = keywordOf(value, name)
    return (reading, email) =>
      isTrue(reading.threadOf(email.threadId).map((each) => has(reading, each, keyword)))
  }

const factTests: Readonly<Record<string, (value: Json, name: string) => FactTest>> = {
  inMailbox: (value, name) => {
    const id = stringOf(value, name)
    return (reading, email) => isIn(reading, email, id)
  },
  inMailboxOtherThan: (value, name) => {
    if (!Array.isArray(value)) throw wrongType(name)
    const ids = new Set(value.map((each: Json) => stringOf(each, name)))
    return (reading, email) => reading.placesOf(email).some((place) => !ids.has(place.mailboxId))
  },
  before: (value, name) => {
    const at = dateOf(value, name)
    return (_, email) => email.receivedAt < at
  },
  after: (value, name) => {
    const at = dateOf(value, name)
    return (_, email) => email.receivedAt >= at
  },
  minSize: (value, name) => {
    const octets = sizeOf(value, name)
    return (_, email) => email.octets >= octets
  },
  maxSize: (value, name) => {
    const octets = sizeOf(value, name)
    return (_, email) => email.octets < octets
  },
  hasKeyword: (value, name) => {
    const keyword = keywordOf(value, name)
    return (reading, email) => has(reading, email, keyword)
  },
  notKeyword: (value, name) => {
    const keyword = keywordOf(value, name)
    return (reading, email) => !has(reading, email, keyword)
  },
  allInThreadHaveKeyword: threadTest((have) => have.every(Boolean)),
  someInThreadHaveKeyword: threadTest((have) => have.some(Boolean)),
  noneInThreadHaveKeyword: threadTest((have) => !have.some(Boolean)),
}

const textWheres = ['text', 'body', 'from', 'to', 'cc', 'bcc', 'subject'] as const

function textTestsOf(name: string, value: Json): readonly TextTest[] {
  if (name === 'hasAttachment') {
    if (typeof value !== 'boolean') throw wrongType(name)
    return [{ kind: 'attachment', isWanted: value }]
  }
  if (name === 'header') return [headerTestOf(value)]
  const where = textWheres.find((each) => each === name)
  if (where === undefined) throw new MethodError('unsupportedFilter')
  return wordsOf(stringOf(value, name)).map((needle) => ({ kind: 'text', where, needle }))
}

function headerTestOf(value: Json): TextTest {
  if (!Array.isArray(value) || value.length === 0 || value.length > 2) throw wrongType('header')
  const [name, needle]: readonly unknown[] = value
  if (typeof name !== 'string' || (needle !== undefined && typeof needle !== 'string'))
    throw wrongType('header')
  return { kind: 'header', name: name.toLowerCase(), needle }
}

/** RFC 8621 §4.4.1: words are found in any order, what is quoted as it stands. */
export function wordsOf(text: string): readonly string[] {
  const words = text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)
  return [...words]
    .map(
      ([, double, single, plain]) => plain ?? (double ?? single ?? '').replaceAll(/\\(.)/g, '$1'),
    )
    .filter((word) => word.trim() !== '')
}

function stringOf(value: Json, name: string): string {
  if (typeof value !== 'string') throw wrongType(name)
  return value
}

function dateOf(value: Json, name: string): number {
  const at = parseUtcDate(value)
  if (at === undefined) throw wrongType(name)
  return at
}

function sizeOf(value: Json, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrongType(name)
  return value
}

function keywordOf(value: Json, name: string): string {
  const keyword = stringOf(value, name)
  if (!isKeyword(keyword)) throw wrongType(name)
  return keyword.toLowerCase()
}

function wrongType(name: string): MethodError {
  return invalidArguments(`The filter ${name} is of the wrong type`)
}

export function conditionsOf(filter: Filter<Condition> | undefined): readonly Condition[] {
  if (filter === undefined) return []
  return filter.operator === undefined ? [filter.condition] : filter.of.flatMap(conditionsOf)
}

/** As far as the facts go: undefined where only the message can tell. */
export function decideByFacts(
  filter: Filter<Condition> | undefined,
  reading: AccountReading,
  email: EmailFacts,
): boolean | undefined {
  if (filter === undefined) return true
  if (filter.operator === undefined) {
    const { facts, texts } = filter.condition
    if (!facts.every((isTrue) => isTrue(reading, email))) return false
    return texts.length === 0 ? true : undefined
  }
  const isAnd = filter.operator === 'AND'
  let isOpen = false
  for (const each of filter.of) {
    const is = decideByFacts(each, reading, email)
    if (is === undefined) isOpen = true
    else if (is !== isAnd) return filter.operator === 'OR'
  }
  if (isOpen) return undefined
  return filter.operator !== 'OR'
}
