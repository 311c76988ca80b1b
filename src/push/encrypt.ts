/** What is pushed, sealed for the device alone: the push service between sees octets. RFC 8291, RFC 8188 §2. */
import { createCipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto'

/** RFC 8291 §3.1, §3.2: of the device. */
export interface PushKeys {
  /** Its public key: an uncompressed point of P-256. */
  readonly p256dh: Buffer
  readonly auth: Buffer
}

/** Made anew for each message. */
export interface Ephemeral {
  readonly ecdh: ECDH
  readonly salt: Buffer
}

const curve = 'prime256v1'
const pointOctets = 65
const authOctets = 16
const saltOctets = 16
/** RFC 8291 §4: one record; what a push service takes at least (RFC 8030 §7.2). */
const recordOctets = 4_096
/** Salt, record size, length of the key, the key; the end of the text and its tag. */
const overheadOctets = saltOctets + 4 + 1 + pointOctets + 1 + 16
export const plaintextOctetsMax = recordOctets - overheadOctets

/** Undefined: they are no keys of a device. */
export function parsePushKeys(p256dh: string, auth: string): PushKeys | undefined {
  const keys = { p256dh: Buffer.from(p256dh, 'base64url'), auth: Buffer.from(auth, 'base64url') }
  const isUrlSafe = /^[\w-]+=*$/.test(p256dh) && /^[\w-]+=*$/.test(auth)
  if (!isUrlSafe || keys.auth.length !== authOctets || !isPoint(keys.p256dh)) return undefined
  return keys
}

/** RFC 8291 §3.4. */
export function encryptPush(
  { p256dh, auth }: PushKeys,
  plaintext: Buffer,
  { ecdh, salt }: Ephemeral = makeEphemeral(),
): Buffer {
  const point = ecdh.getPublicKey()
  const secret = ecdh.computeSecret(p256dh)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, point])
  const input = Buffer.from(hkdfSync('sha256', secret, auth, info, 32))
  const key = hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16)
  const nonce = hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12)
  const cipher = createCipheriv('aes-128-gcm', Buffer.from(key), Buffer.from(nonce))
  // RFC 8188 §2: 2 ends the last record, and there is no other.
  const sealed = [cipher.update(plaintext), cipher.update(Buffer.from([2])), cipher.final()]
  const size = Buffer.alloc(4)
  size.writeUInt32BE(recordOctets)
  const head = [salt, size, Buffer.from([point.length]), point]
  return Buffer.concat([...head, ...sealed, cipher.getAuthTag()])
}

function makeEphemeral(): Ephemeral {
  const ecdh = createECDH(curve)
  ecdh.generateKeys()
  return { ecdh, salt: randomBytes(saltOctets) }
}

/** On the curve: who sends another learns nothing, and breaks nothing later. */
function isPoint(octets: Buffer): boolean {
  if (octets.length !== pointOctets || octets[0] !== 4) return false
  const ecdh = createECDH(curve)
  ecdh.generateKeys()
  try {
    ecdh.computeSecret(octets)
    return true
  } catch {
    return false
  }
}
