/** AES-256-GCM (NIST SP 800-38D): nonce 12 octets, ciphertext, tag 16 octets. Suite number 1. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { fillRandom } from './random.ts'
import type { Suite } from './suites.ts'
import { SealError } from './types.ts'

const nonceOctets = 12
const tagOctets = 16

export const aesGcm: Suite = {
  id: 1,
  name: 'aes-256-gcm',
  overheadOctets: nonceOctets + tagOctets,

  seal(key, associated, plaintext, { buffer, at }) {
    fillRandom(buffer, at, nonceOctets)
    const body = at + nonceOctets
    const cipher = createCipheriv('aes-256-gcm', key, buffer.subarray(at, body))
    cipher.setAAD(associated)
    buffer.set(cipher.update(plaintext), body)
    // GCM is a stream: final() has no octets, only the tag to compute.
    cipher.final()
    buffer.set(cipher.getAuthTag(), body + plaintext.length)
  },

  open(key, associated, sealed, at) {
    const body = at + nonceOctets
    const end = sealed.length - tagOctets
    if (end < body) throw new SealError('does not open')
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(at, body))
    decipher.setAAD(associated)
    decipher.setAuthTag(sealed.subarray(end))
    const plaintext = decipher.update(sealed.subarray(body, end))
    try {
      decipher.final()
    } catch (cause) {
      plaintext.fill(0)
      throw new SealError('does not open', { cause })
    }
    return plaintext
  },
}
