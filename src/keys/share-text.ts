/**
 * A share on paper: lines of four groups of five characters from an alphabet without I, L, O and U
 * (Crockford's base 32), each line with its number and two check characters, so that a slip of the
 * pen is found in its line. Reading forgives case, spaces, dashes, and O for 0, I and L for 1.
 */
import { createHash } from 'node:crypto'
import { Refusal } from '../base/refusal.ts'
import {
  secretOctetsMax,
  shareDigestOctets,
  shareSetIdOctets,
  shareTextCharsMax,
} from './limits.ts'
import type { Share } from './shares.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const version = 1
const headOctets = 1 + shareSetIdOctets + 3
const checksumOctets = 4
const groupChars = 5
const lineChars = 20
const checkChars = 2

export function formatShare(share: Share): string {
  const { setId, threshold, total, index, octets } = share
  const body = Buffer.concat([
    Buffer.of(version),
    Buffer.from(setId, 'hex'),
    Buffer.of(threshold, total, index),
    octets,
  ])
  const chars = encode(Buffer.concat([body, checksumOf(body)]))
  const lines: string[] = []
  for (let at = 0; at < chars.length; at += lineChars) {
    const number = String(lines.length + 1).padStart(2, '0')
    const line = chars.slice(at, at + lineChars)
    const groups = line.match(new RegExp(`.{1,${groupChars}}`, 'g')) ?? []
    lines.push(`${number}  ${groups.join(' ')}  ${checkOf(number, line)}`)
  }
  const title =
    `# Tamar key share ${index} of ${total}; any ${threshold} restore the key. ` +
    `Set ${setId}. Keep it apart from the others.`
  return `${[title, ...lines].join('\n')}\n`
}

/** @throws Refusal('invalid') with the number of the line that is wrong, where it is one line. */
export function parseShare(text: string): Share {
  if (text.length > shareTextCharsMax) throw new Refusal('invalid', { what: 'share is too long' })
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const octets = decode(lines.map((line, n) => parseLine(line, n + 1)).join(''))
  const body = octets.subarray(0, -checksumOctets)
  if (
    body.length <= headOctets + shareDigestOctets ||
    body.length > headOctets + shareDigestOctets + secretOctetsMax
  )
    throw new Refusal('invalid', { what: 'share is not whole' })
  if (!checksumOf(body).equals(octets.subarray(-checksumOctets)))
    throw new Refusal('invalid', { what: 'share is not whole' })
  if (body[0] !== version) throw new Refusal('invalid', { what: 'share of another version' })
  const numbers = 1 + shareSetIdOctets
  return {
    setId: body.toString('hex', 1, numbers),
    threshold: body.readUInt8(numbers),
    total: body.readUInt8(numbers + 1),
    index: body.readUInt8(numbers + 2),
    octets: Buffer.from(body.subarray(headOctets)),
  }
}

function parseLine(line: string, expected: number): string {
  const chars = line
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  const number = chars.slice(0, 2)
  const content = chars.slice(2, -checkChars)
  if (Number(number) !== expected || checkOf(number, content) !== chars.slice(-checkChars))
    throw new Refusal('invalid', { what: 'share has a slip', line: expected })
  return content
}

/** Ten bits of a digest: one slip in a thousand is left to the checksum of the whole. */
function checkOf(number: string, content: string): string {
  const bits = createHash('sha256').update(`${number} ${content}`).digest().readUInt16BE(0)
  return `${alphabet[(bits >> 5) & 31] ?? ''}${alphabet[bits & 31] ?? ''}`
}

function checksumOf(body: Buffer): Buffer {
  return createHash('sha256')
    .update('tamar share ')
    .update(body)
    .digest()
    .subarray(0, checksumOctets)
}

function encode(octets: Buffer): string {
  let chars = ''
  let bits = 0
  let held = 0
  for (const octet of octets) {
    held = ((held << 8) | octet) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) chars += alphabet[(held >> (bits - 5)) & 31] ?? ''
  }
  return bits > 0 ? chars + (alphabet[(held << (5 - bits)) & 31] ?? '') : chars
}

function decode(chars: string): Buffer {
  const octets: number[] = []
  let bits = 0
  let held = 0
  for (const char of chars) {
    const value = alphabet.indexOf(char)
    if (value < 0) throw new Refusal('invalid', { what: 'share has a foreign character' })
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      octets.push((held >> bits) & 0xff)
    }
  }
  return Buffer.from(octets)
}
