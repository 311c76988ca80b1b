/** Header fields from their parsed forms. RFC 8621 §4.6; RFC 5322, RFC 2047. */
import { encodePhrase } from '../../address/encode-phrase.ts'
import { formatDate } from '../../mime/date.ts'
import { dateForm, isStrings } from '../core/arguments.ts'
import { isObject, type Json } from '../core/json.ts'
import type { HeaderForm } from './header-forms.ts'

/** The value after the colon; undefined where it is not what the form says. */
export function writeForm(value: Json, form: HeaderForm): string | undefined {
  switch (form) {
    case 'Raw':
      return typeof value === 'string' && isFolded(value) ? value : undefined
    case 'Text':
      return typeof value === 'string' ? ` ${encodeText(value)}` : undefined
    case 'Addresses':
      return listOf(value, addressText)
    case 'GroupedAddresses':
      return listOf(value, groupText)
    case 'MessageIds':
      return idsText(value)
    case 'Date':
      return dateText(value)
    case 'URLs':
      return urlsText(value)
    default:
      return form satisfies never
  }
}

/** Every line break is a fold: a value never begins another field. */
function isFolded(value: string): boolean {
  return (
    value.isWellFormed() &&
    !value.includes('\0') &&
    !/[\r\n]/.test(value.replaceAll(/\r\n[ \t]+(?=\S)/g, '')) &&
    value.split('\r\n').every((line) => line.length <= lineMax)
  )
}

/** RFC 5322 §2.1.1. */
const lineMax = 998
/** Longer lines are folded where a word ends. */
const lineWanted = 76

// oxlint-disable-next-line no-control-regex -- a control character would break the field
const controls = /[\x00-\x1f\x7f]+/g
const printable = /^[\x20-\x7e]*$/

function encodeText(value: string): string {
  const text = value.toWellFormed().replaceAll(controls, ' ').trim()
  const isPlainText = printable.test(text) && !text.includes('=?')
  return fold(isPlainText ? text : encodedWords(text))
}

/** Base64 words in UTF-8, whole characters each (RFC 2047 §5). */
function encodedWords(text: string): string {
  const octetsMax = 45
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (Buffer.byteLength(word + character) > octetsMax) {
      words.push(word)
      word = ''
    }
    word += character
  }
  words.push(word)
  return words.map((each) => `=?UTF-8?B?${Buffer.from(each).toString('base64')}?=`).join(' ')
}

function fold(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > lineWanted) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.join('\r\n ')
}

function listOf(value: Json, one: (value: Json) => string | undefined): string | undefined {
  if (!Array.isArray(value)) return undefined
  const texts = value.map((each: Json) => one(each))
  return texts.includes(undefined) ? undefined : ` ${texts.join(',\r\n ')}`
}

function addressText(value: Json): string | undefined {
  if (!isObject(value)) return undefined
  const { email, name = null } = value
  if (typeof email !== 'string' || !isAddress(email)) return undefined
  if (name !== null && typeof name !== 'string') return undefined
  const phrase = name === null ? '' : encodePhrase(name)
  return phrase === '' ? email : `${fold(phrase)} <${email}>`
}

/** RFC 8621 §4.1.2.3: what stands between `<` and `>`; it can end neither. */
export function isAddress(email: string): boolean {
  return email.length <= 1_000 && /^[^\s<>,;:()\p{Cc}]+$/u.test(email) && email.isWellFormed()
}

function groupText(value: Json): string | undefined {
  if (!isObject(value)) return undefined
  const { name = null, addresses = null } = value
  const list = listOf(addresses, addressText)
  if (list === undefined) return undefined
  if (name === null) return list.trimStart()
  return typeof name === 'string' ? `${encodePhrase(name)}:${list};` : undefined
}

function idsText(value: Json): string | undefined {
  if (!isStrings(value) || value.length === 0 || !value.every(isPlain)) return undefined
  return ` ${value.map((id) => `<${id}>`).join('\r\n ')}`
}

function urlsText(value: Json): string | undefined {
  if (!isStrings(value) || !value.every(isPlain)) return undefined
  return ` ${value.map((url) => `<${url}>`).join(',\r\n ')}`
}

function isPlain(text: string): boolean {
  return /^[\x21-\x3b\x3d\x3f-\x7e\u0080-\uffff]{1,900}$/u.test(text)
}

function dateText(value: Json): string | undefined {
  if (typeof value !== 'string' || !dateForm.test(value)) return undefined
  const at = Date.parse(value)
  if (Number.isNaN(at)) return undefined
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(value) ?? []
  const zone = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1)
  return ` ${formatDate(at, zone)}`
}
