/** Content transfer encodings, both ways. RFC 2045 §6; uuencode as old programs left it. */
import { decodeUuencode } from './uuencode.ts'

const LF = 10
const EQUALS = 0x3d

/** The octets of a body; an unknown encoding gives the body as it is (RFC 2045 §6.4). */
export function decodeTransfer(octets: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'base64':
      return decodeBase64(octets.toString('latin1'))
    case 'quoted-printable':
      return decodeQuotedPrintable(octets)
    case 'x-uuencode':
    case 'x-uue':
    case 'uuencode':
    case 'uue':
      return decodeUuencode(octets)
    default:
      return octets
  }
}

/** Whether the body is what it says without decoding. */
export function isIdentity(encoding: string): boolean {
  return encoding === '7bit' || encoding === '8bit' || encoding === 'binary'
}

/** Octets outside the alphabet are passed over; padding in the middle ends nothing. */
export function decodeBase64(text: string): Buffer {
  let padding = text.indexOf('=')
  // Node stops at the first padding; joined base64 texts go on after it.
  const joined: Buffer[] = []
  let from = 0
  while (padding >= 0 && joined.length < joinedTextsMax) {
    const next = skipPadding(text, padding)
    if (next === text.length) break
    joined.push(Buffer.from(text.slice(from, padding), 'base64'))
    from = next
    padding = text.indexOf('=', from)
  }
  const last = Buffer.from(from === 0 ? text : text.slice(from), 'base64')
  return joined.length === 0 ? last : Buffer.concat([...joined, last])
}

/** Programs join a few; each costs an allocation, so that many are an attack. */
const joinedTextsMax = 1_000

function skipPadding(text: string, from: number): number {
  let at = from
  while (at < text.length && '=\r\n\t '.includes(text.charAt(at))) at++
  return at
}

/** Lines of 76 characters, CRLF after each. */
export function encodeBase64(octets: Buffer): string {
  const text = octets.toString('base64')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += 76) lines.push(text.slice(at, at + 76), '\r\n')
  return lines.join('')
}

/** RFC 2045 §6.7; what is not an escape stays, white space at line ends goes. */
export function decodeQuotedPrintable(octets: Buffer): Buffer {
  const out = Buffer.allocUnsafe(octets.length)
  let length = 0
  let at = 0
  while (at < octets.length) {
    const lf = octets.indexOf(LF, at)
    const next = lf < 0 ? octets.length : lf + 1
    const contentEnd = trimEnd(octets, at, next)
    const isSoft = contentEnd > at && octets[contentEnd - 1] === EQUALS
    length = decodeLine(octets, at, isSoft ? contentEnd - 1 : contentEnd, out, length)
    if (!isSoft && lf >= 0) {
      if (lf > at && octets[lf - 1] === 13) out[length++] = 13
      out[length++] = LF
    }
    at = next
  }
  return out.subarray(0, length)
}

function decodeLine(octets: Buffer, from: number, to: number, out: Buffer, length: number): number {
  let at = from
  while (at < to) {
    const octet = octets[at] ?? 0
    if (octet === EQUALS && at + 2 < to) {
      const high = hexDigit(octets[at + 1] ?? 0)
      const low = hexDigit(octets[at + 2] ?? 0)
      if (high >= 0 && low >= 0) {
        out[length++] = high * 16 + low
        at += 3
        continue
      }
    }
    out[length++] = octet
    at++
  }
  return length
}

/** Where the line's content ends: before its line end and the white space before that. */
function trimEnd(octets: Buffer, from: number, next: number): number {
  let end = next
  while (end > from) {
    const octet = octets[end - 1]
    if (octet !== LF && octet !== 13 && octet !== 32 && octet !== 9) break
    end--
  }
  return end
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const lower = octet | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** RFC 2045 §6.7 with lines of at most 76 characters; line ends of the text stay line ends. */
export function encodeQuotedPrintable(octets: Buffer): string {
  const lines = octets.toString('latin1').split(/\r\n|\n/)
  return lines.map(encodeLine).join('\r\n')
}

function encodeLine(line: string): string {
  const escaped = line
    // eslint-disable-next-line no-control-regex -- control characters are among what is escaped
    .replaceAll(/[^\t\x20-\x3c\x3e-\x7e]|[\t ]$/g, escapeOctet)
    // A `From ` or `.` at the beginning of a line is changed on some roads.
    .replace(/^(?:From |\.)/, (start) => escapeOctet(start.charAt(0)) + start.slice(1))
  if (escaped.length <= 76) return escaped
  const pieces: string[] = []
  let at = 0
  while (escaped.length - at > 76) {
    let end = at + 75
    // An escape is not parted.
    if (escaped[end - 1] === '=') end -= 1
    else if (escaped[end - 2] === '=') end -= 2
    pieces.push(escaped.slice(at, end))
    at = end
  }
  pieces.push(escaped.slice(at))
  return pieces.join('=\r\n')
}

function escapeOctet(character: string): string {
  return `=${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
