/**
 * The keys of SCRAM-SHA-256. RFC 5802 §3, RFC 7677. All app passwords of a person have the same
 * salt, because the server names the salt before it knows which of them the client holds; they are
 * random, so a common salt gives nothing away. Nobody's salt is derived in the same way.
 */
import { createHash, createHmac, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import type { Keys } from '../../keys/types.ts'
import type { ScramKeys } from '../credentials/content.ts'
import { scramIterations } from '../limits.ts'

const derive = promisify(pbkdf2)
const saltOctets = 16

/** `subject`: the person's id, or the identity that is nobody's. */
export function scramSalt(keys: Pick<Keys, 'directory'>, subject: string): Buffer {
  return keys.directory.hash('scram-salt', subject).subarray(0, saltOctets)
}

export async function scramKeysOf(password: string, salt: Buffer): Promise<ScramKeys> {
  const salted = await derive(password, salt, scramIterations, 32, 'sha256')
  return {
    iterations: scramIterations,
    storedKey: sha256(hmac(salted, 'Client Key')).toString('base64'),
    serverKey: hmac(salted, 'Server Key').toString('base64'),
  }
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

export function sha256(octets: Buffer): Buffer {
  return createHash('sha256').update(octets).digest()
}
