/** Tokens of the admin API (RFC 6750): 256 random bits behind a prefix that scanners of code know. */
import { randomBytes } from 'node:crypto'
import type { HashingSealer } from '../../keys/types.ts'

const octets = 32
const prefix = 'tamar_'
const shape = /^tamar_[\w-]{43}$/

export function newToken(): string {
  return prefix + randomBytes(octets).toString('base64url')
}

/** What is kept and looked up: useless without the key. Undefined: it has not the shape of one. */
export function findTokenKey(keys: HashingSealer, token: string): Buffer | undefined {
  return shape.test(token) ? keys.hash('admin-token', token) : undefined
}
