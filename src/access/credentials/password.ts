/** Chosen passwords: argon2id (RFC 9106) with a salt of its own and the platform's pepper. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { argon2MemoryKiB, argon2Parallelism, argon2Passes } from '../limits.ts'
import type { PasswordHash } from './content.ts'

const deriveArgon2 = promisify(argon2)

/** RFC 9106 §4: 16 octets of salt, 32 of tag. */
const saltOctets = 16
const tagOctets = 32

export async function hashPassword(pepper: Buffer, password: string): Promise<PasswordHash> {
  const shape = {
    algorithm: 'argon2id',
    memoryKiB: argon2MemoryKiB,
    passes: argon2Passes,
    parallelism: argon2Parallelism,
    salt: randomBytes(saltOctets).toString('base64'),
  } as const
  const tag = await derive(pepper, password, { ...shape, tag: '' })
  return { ...shape, tag: tag.toString('base64') }
}

export async function verifyPassword(
  pepper: Buffer,
  password: string,
  hash: PasswordHash,
): Promise<boolean> {
  const tag = await derive(pepper, password, hash)
  const kept = Buffer.from(hash.tag, 'base64')
  return kept.length === tag.length && timingSafeEqual(kept, tag)
}

/** A hash that no password has, for nobody's identity: the same work, and the same every time. */
export function fakeHash(salt: Buffer): PasswordHash {
  return {
    algorithm: 'argon2id',
    memoryKiB: argon2MemoryKiB,
    passes: argon2Passes,
    parallelism: argon2Parallelism,
    salt: salt.subarray(0, saltOctets).toString('base64'),
    tag: Buffer.alloc(tagOctets).toString('base64'),
  }
}

function derive(pepper: Buffer, password: string, hash: PasswordHash): Promise<Buffer> {
  return deriveArgon2(hash.algorithm, {
    message: Buffer.from(password),
    nonce: Buffer.from(hash.salt, 'base64'),
    secret: pepper,
    memory: hash.memoryKiB,
    passes: hash.passes,
    parallelism: hash.parallelism,
    tagLength: tagOctets,
  })
}
