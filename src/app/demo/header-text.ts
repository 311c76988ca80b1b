/** Header field text for the demo's composer: encoded words, parameters and dates. */
import iconv from 'iconv-lite'
import type { Millis } from '../../base/clock.ts'
import { hourMs } from '../../base/clock.ts'

export type HeaderCharset = 'utf-8' | 'big5'

/** Octets in one encoded word, so that the word keeps to 75 characters. RFC 2047 §2. */
const wordOctetsMax = 42

/** Unstructured text; `charset` undefined leaves it as raw UTF-8 (RFC 6532). */
export function formatText(text: string, charset: HeaderCharset | undefined): string {
  if (charset === undefined || isAscii(text)) return text
  return splitText(text, charset)
    .map((piece) => `=?${charset}?B?${encode(piece, charset).toString('base64')}?=`)
    .join('\r\n ')
}

/** A display name; RFC 5322 §3.4. */
export function formatName(name: string, charset: HeaderCharset | undefined): string {
  if (isAscii(name)) return /^[\w -]*$/.test(name) ? name : quote(name)
  return charset === undefined ? quote(name) : formatText(name, charset)
}

/** RFC 2231 §4 when the value is not ASCII, else a quoted string. */
export function formatParameter(name: string, value: string): string {
  return isAscii(value)
    ? `${name}=${quote(value)}`
    : `${name}*=utf-8''${encodeURIComponent(value).replace(/['()*!]/g, escapeOctet)}`
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
/** The demo government keeps UTC+8. */
const zoneMs = 8 * hourMs

/** RFC 5322 §3.3. */
export function formatDateTime(at: Millis): string {
  const date = new Date(at + zoneMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]}`
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${day} ${date.getUTCFullYear()} ${time} +0800`
}

function splitText(text: string, charset: HeaderCharset): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  for (const character of text) {
    if (encode(piece + character, charset).length > wordOctetsMax) {
      pieces.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...pieces, piece]
}

function encode(text: string, charset: HeaderCharset): Buffer {
  return charset === 'big5' ? iconv.encode(text, 'big5-hkscs') : Buffer.from(text, 'utf8')
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function escapeOctet(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
