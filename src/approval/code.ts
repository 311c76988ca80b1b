/**
 * A code in two halves that go two ways: who asks hands one over, who says yes the other. Each is 80
 * random bits in base32 (RFC 4648 §6); only keyed hashes are kept. One half opens nothing.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Keys } from '../keys/types.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const halfOctets = 10

export interface Half {
  /** `k3va-7qpo-x2nd-e5um` */
  readonly shown: string
  /** Base64. */
  readonly hash: string
}

type HashKeys = Pick<Keys, 'directory'>

export function newHalf(keys: HashKeys): Half {
  const bare = base32(randomBytes(halfOctets))
  const shown = bare.replaceAll(/.{4}(?=.)/g, '$&-')
  return { shown, hash: hashHalf(keys, bare) }
}

export function isHalf(keys: HashKeys, typed: string, hash: string): boolean {
  const bare = typed.toLowerCase().replaceAll(/[\s-]/g, '')
  const given = Buffer.from(hashHalf(keys, bare), 'base64')
  const wanted = Buffer.from(hash, 'base64')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function hashHalf(keys: HashKeys, bare: string): string {
  return keys.directory.hash('enrolment-half', bare).toString('base64')
}

function base32(octets: Buffer): string {
  let bits = 0
  let held = 0
  let text = ''
  for (const octet of octets) {
    held = (held << 8) | octet
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(held >> bits) & 31] ?? ''
    }
    held &= (1 << bits) - 1
  }
  return text
}
