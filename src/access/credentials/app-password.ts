/**
 * App passwords: 140 random bits in base32 (RFC 4648 §6), shown once as `xxxx-xxxx-…`. Nobody guesses
 * them, so a keyed hash verifies one in microseconds where a chosen password needs argon2.
 */
import { createHmac, randomBytes } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const characters = 28
const groupCharacters = 4
const shape = /^[a-z2-7]{28}$/

/** In the form in which it is shown. */
export function newAppPassword(): string {
  const octets = randomBytes(characters)
  const letters = Array.from(octets, (octet) => alphabet[octet & 31])
  const groups: string[] = []
  for (let at = 0; at < characters; at += groupCharacters)
    groups.push(letters.slice(at, at + groupCharacters).join(''))
  return groups.join('-')
}

/** Its 28 characters, however it was typed; undefined when it has not the shape of one. */
export function parseAppPassword(text: string): string | undefined {
  if (text.length < characters || text.length > 2 * characters) return undefined
  const bare = text.replaceAll(/[- ]/g, '').toLowerCase()
  return shape.test(bare) ? bare : undefined
}

/** What is kept and looked up: useless without the pepper. */
export function verifierOf(pepper: Buffer, bare: string): string {
  return createHmac('sha256', pepper).update('app-password\0').update(bare).digest('base64')
}
