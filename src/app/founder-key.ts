/**
 * A founder's signing key (Ed25519, RFC 8032): its private part is sealed under his passphrase by
 * argon2id (RFC 9106) and AES-256-GCM, so that nobody signs for him, the platform included.
 */
import {
  argon2,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { promisify } from 'node:util'

const deriveKey = promisify(argon2)

/** RFC 9106 §4, the second recommended option: 64 MiB, 3 passes. Signing happens once a founder. */
const argon2Cost = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 } as const

/** Of the sealed form: version, salt, nonce; then the ciphertext and its tag. */
const version = 1
const saltOctets = 16
const nonceOctets = 12
const tagOctets = 16
const headOctets = 1 + saltOctets + nonceOctets

export interface FounderKey {
  /** SPKI, DER. */
  readonly publicKey: Buffer
  readonly sealedPrivateKey: Buffer
}

/** `owner` is bound into the sealed key: it opens for no other seat. */
export async function makeFounderKey(owner: string, passphrase: string): Promise<FounderKey> {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' })
  const secret = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
  const head = Buffer.concat([Buffer.of(version), randomBytes(saltOctets + nonceOctets)])
  const key = await keyOf(passphrase, head)
  const cipher = createCipheriv('aes-256-gcm', key, head.subarray(1 + saltOctets))
  cipher.setAAD(bindTo(owner, publicKey, head))
  const body = Buffer.concat([cipher.update(secret), cipher.final()])
  secret.fill(0)
  key.fill(0)
  return { publicKey, sealedPrivateKey: Buffer.concat([head, body, cipher.getAuthTag()]) }
}

/** Undefined when the passphrase is not the one the key was sealed under. */
export async function signAsFounder(
  founderKey: FounderKey,
  owner: string,
  passphrase: string,
  statement: string,
): Promise<Buffer | undefined> {
  const { publicKey, sealedPrivateKey: sealed } = founderKey
  if (sealed[0] !== version) throw new Error('a founder’s key in an unknown form')
  const head = sealed.subarray(0, headOctets)
  const key = await keyOf(passphrase, head)
  const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(1 + saltOctets))
  decipher.setAAD(bindTo(owner, publicKey, head))
  decipher.setAuthTag(sealed.subarray(-tagOctets))
  const secret = decipher.update(sealed.subarray(headOctets, -tagOctets))
  key.fill(0)
  try {
    decipher.final()
  } catch {
    // The tag does not fit: a wrong passphrase, which is an answer and not a fault.
    secret.fill(0)
    return undefined
  }
  const privateKey = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
  secret.fill(0)
  return sign(null, Buffer.from(statement, 'utf8'), privateKey)
}

export function isFounderSignature(
  publicKey: Buffer,
  statement: string,
  signature: Buffer,
): boolean {
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  return verify(null, Buffer.from(statement, 'utf8'), key, signature)
}

function keyOf(passphrase: string, head: Buffer): Promise<Buffer> {
  const nonce = head.subarray(1, 1 + saltOctets)
  const message = Buffer.from(passphrase.normalize('NFKC'), 'utf8')
  return deriveKey('argon2id', { ...argon2Cost, message, nonce })
}

function bindTo(owner: string, publicKey: Buffer, head: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`tamar founder ${owner} `), publicKey, head])
}
