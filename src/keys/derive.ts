/** One secret, many keys: HKDF-SHA-256 (RFC 5869) with the purpose as its info. */
import { createSecretKey, hkdfSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { keyOctets } from './limits.ts'

/** Keys of different purposes tell nothing of each other nor of the secret. */
export function deriveKey(secret: KeyObject, purpose: string): KeyObject {
  const octets = Buffer.from(hkdfSync('sha256', secret, '', `tamar ${purpose}`, keyOctets))
  return takeSecret(octets)
}

/** A key object of these octets; the octets are wiped. */
export function takeSecret(octets: Buffer): KeyObject {
  const key = createSecretKey(octets)
  octets.fill(0)
  return key
}
