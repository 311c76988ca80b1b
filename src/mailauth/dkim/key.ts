/** A pair of keys that signs for a domain, and the record that says so. RFC 6376 §3.6.1, RFC 8463 §4. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { rsaBits } from './limits.ts'

export type DkimAlgorithm = 'ed25519-sha256' | 'rsa-sha256'

export interface DkimKey {
  readonly domain: string
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  readonly privateKey: KeyObject
}

const generate = promisify(generateKeyPair)

/** PKCS #8 in DER: what is sealed and kept. */
export async function makeDkimSecret(algorithm: DkimAlgorithm): Promise<Buffer> {
  const { privateKey } =
    algorithm === 'rsa-sha256'
      ? await generate('rsa', { modulusLength: rsaBits })
      : await generate('ed25519', {})
  return privateKey.export({ type: 'pkcs8', format: 'der' })
}

export function openDkimSecret(secret: Buffer): KeyObject {
  return createPrivateKey({ key: secret, type: 'pkcs8', format: 'der' })
}

/** The text of the record at `<selector>._domainkey.<domain>`. */
export function recordOf({ algorithm, privateKey }: DkimKey): string {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  if (algorithm === 'rsa-sha256') return `v=DKIM1; k=rsa; p=${der.toString('base64')}`
  // RFC 8463 §4: the 32 octets of the key alone, which are the last of its SubjectPublicKeyInfo.
  return `v=DKIM1; k=ed25519; p=${der.subarray(-ed25519Octets).toString('base64')}`
}

/** RFC 8032 §5.1.5. */
const ed25519Octets = 32
