/** How a key stands in a TLSA record `3 1 1`: the end entity's public key by SHA-256. RFC 7671 §5.1. */
import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** Of a certificate, or of a private key that has none yet; both PEM. */
export function tlsaOf(pem: string): string {
  const key = pem.includes('CERTIFICATE')
    ? new X509Certificate(pem).publicKey
    : createPublicKey(pem)
  const octets = key.export({ type: 'spki', format: 'der' })
  return `3 1 1 ${createHash('sha256').update(octets).digest('hex')}`
}

/** Undefined: there is no such file. */
export async function tlsaOfFile(path: string): Promise<string | undefined> {
  try {
    return tlsaOf(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
