/** Codes for the day when a phone is lost: ten of fifty random bits, each opens once. */
import { createHmac, randomBytes } from 'node:crypto'
import { recoveryCodesCount } from '../limits.ts'

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
const characters = 10

/** As they are shown: `xxxxx-xxxxx`. */
export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: recoveryCodesCount }, () => {
    const letters = Array.from(randomBytes(characters), (octet) => alphabet[octet & 31]).join('')
    return `${letters.slice(0, characters / 2)}-${letters.slice(characters / 2)}`
  })
}

/** Its ten characters, however it was typed; undefined when it has not the shape of one. */
export function parseRecoveryCode(text: string): string | undefined {
  if (text.length > 4 * characters) return undefined
  const bare = text.replaceAll(/[-\s]/g, '').toLowerCase()
  return /^[a-km-np-z2-9]{10}$/.test(bare) ? bare : undefined
}

/** What is kept: useless without the pepper, and of one person only. */
export function recoveryHash(pepper: Buffer, personId: string, bare: string): string {
  const hash = createHmac('sha256', pepper).update('recovery-code\0').update(personId)
  return hash.update('\0').update(bare).digest('base64')
}
