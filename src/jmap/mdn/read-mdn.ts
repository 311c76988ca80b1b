/** An MDN as a client asks for it, checked. RFC 9007 §2, RFC 8098 §3. */
import { isObject, type Json, type JsonObject } from '../core/json.ts'
import { invalidProperties } from '../core/method-error.ts'
import { mdnExtensionsMax, mdnTextCharactersMax } from '../limits.ts'
import { dispositionWords, knownFields, type Disposition } from './mdn.ts'

export interface AskedMdn {
  readonly forEmailId: string
  readonly subject: string | null
  readonly textBody: string | null
  readonly includeOriginalMessage: boolean
  readonly reportingUA: string | null
  readonly disposition: Disposition
  /** The address alone. */
  readonly finalRecipient: string | null
  readonly extensionFields: Readonly<Record<string, string>> | null
}

/** @throws SetRefusal('invalidProperties') with the names of all that are wrong. */
export function readMdn(object: JsonObject): AskedMdn {
  const wrong: string[] = []
  const take = <T>(name: string, read: (value: Json) => T | undefined): T => {
    const value = read(object[name] ?? null)
    if (value === undefined) wrong.push(name)
    // Only while nothing is wrong is what was taken used.
    return value as T
  }
  const mdn = {
    forEmailId: take('forEmailId', (value) => (typeof value === 'string' ? value : undefined)),
    subject: take('subject', (value) => textOf(value)),
    textBody: take('textBody', (value) => textOf(value)),
    includeOriginalMessage: take('includeOriginalMessage', (value) =>
      value === null ? false : typeof value === 'boolean' ? value : undefined,
    ),
    reportingUA: take('reportingUA', (value) => (value === null ? null : lineOf(value))),
    disposition: take('disposition', dispositionOf),
    finalRecipient: take('finalRecipient', (value) => (value === null ? null : addressOf(value))),
    extensionFields: take('extensionFields', (value) => (value === null ? null : fieldsOf(value))),
  }
  const others = Object.keys(object).filter((name) => !(name in mdn) && object[name] !== null)
  if (wrong.length + others.length > 0) throw invalidProperties(...wrong, ...others)
  return mdn
}

function textOf(value: Json): string | null | undefined {
  if (value === null) return null
  return typeof value === 'string' && value.length <= mdnTextCharactersMax ? value : undefined
}

/** It ends no field and begins none. */
function lineOf(value: Json): string | undefined {
  return typeof value === 'string' && /^[\x20-\x7e]{1,500}$/.test(value) ? value : undefined
}

function dispositionOf(value: Json): Disposition | undefined {
  if (!isObject(value) || Object.keys(value).length !== 3) return undefined
  const { actionMode, sendingMode, type } = value
  const isOne = (words: readonly string[], word: Json | undefined): word is string =>
    typeof word === 'string' && words.includes(word)
  return isOne(dispositionWords.actionMode, actionMode) &&
    isOne(dispositionWords.sendingMode, sendingMode) &&
    isOne(dispositionWords.type, type)
    ? { actionMode, sendingMode, type }
    : undefined
}

/** `rfc822; john@example.com`, or the address alone. */
function addressOf(value: Json): string | undefined {
  if (typeof value !== 'string') return undefined
  return /^(?:(?:rfc822|utf-8)\s*;)?\s*(\S{1,320}@\S{1,255})\s*$/i.exec(value)?.[1]
}

function fieldsOf(value: Json): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined
  const found: Record<string, string> = {}
  for (const [name, given] of Object.entries(value)) {
    const text = lineOf(given)
    const isName = /^[A-Za-z][\w-]{0,99}$/.test(name) && !knownFields.has(name.toLowerCase())
    if (text === undefined || !isName) return undefined
    found[name] = text
  }
  return Object.keys(found).length > mdnExtensionsMax ? undefined : found
}
