/**
 * Sealing to a public key: HPKE in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM, one
 * message for each context. RFC 9180 §4 to §6; the KEM is OpenSSL's own.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  decapsulate,
  encapsulate,
  type KeyObject,
} from 'node:crypto'
import { SealError } from '../../keys/types.ts'

/** RFC 9180 §7.3: what is published and tested there with this KEM is AES-128-GCM; we seal with 256. */
export type Aead = keyof typeof aeads
const aeads = {
  'aes-128-gcm': { id: 0x0001, keyOctets: 16 },
  'aes-256-gcm': { id: 0x0002, keyOctets: 32 },
} as const

const kemId = 0x0020
const kdfId = 0x0001
const encOctets = 32
const tagOctets = 16
const nonceOctets = 12
const empty = Buffer.alloc(0)

export interface HpkeContext {
  /** Says what the message is for: it opens under the same words only. */
  readonly info: Uint8Array
  readonly aad?: Uint8Array
  readonly aead?: Aead
}

/** @returns the encapsulated key, the ciphertext, the tag. */
export function sealTo(publicKey: KeyObject, context: HpkeContext, plaintext: Uint8Array): Buffer {
  const { sharedKey, ciphertext: enc } = encapsulate(publicKey)
  const { key, nonce, cipher } = schedule(sharedKey, context)
  const seal = createCipheriv(cipher, key, nonce)
  seal.setAAD(context.aad ?? empty)
  return Buffer.concat([enc, seal.update(plaintext), seal.final(), seal.getAuthTag()])
}

/** @throws SealError when it was not sealed to this key in this context. */
export function openWith(privateKey: KeyObject, context: HpkeContext, sealed: Uint8Array): Buffer {
  if (sealed.length < encOctets + tagOctets) throw new SealError('too short')
  const enc = sealed.subarray(0, encOctets)
  try {
    const { key, nonce, cipher } = schedule(decapsulate(privateKey, enc), context)
    const open = createDecipheriv(cipher, key, nonce)
    open.setAAD(context.aad ?? empty)
    open.setAuthTag(sealed.subarray(-tagOctets))
    return Buffer.concat([open.update(sealed.subarray(encOctets, -tagOctets)), open.final()])
  } catch (error) {
    throw new SealError('not sealed to this key', { cause: error })
  }
}

/** RFC 9180 §5.1, mode_base: no pre-shared key, so both of its hashes are over nothing. */
function schedule(sharedKey: Buffer, { info, aead = 'aes-256-gcm' }: HpkeContext) {
  const { id, keyOctets } = aeads[aead]
  const suite = Buffer.concat([Buffer.from('HPKE'), uint16(kemId), uint16(kdfId), uint16(id)])
  const context = Buffer.concat([
    Buffer.from([0]),
    extract(suite, empty, 'psk_id_hash', empty),
    extract(suite, empty, 'info_hash', info),
  ])
  const secret = extract(suite, sharedKey, 'secret', empty)
  return {
    key: expand(suite, secret, 'key', context, keyOctets),
    nonce: expand(suite, secret, 'base_nonce', context, nonceOctets),
    cipher: aead,
  }
}

/** RFC 9180 §4, LabeledExtract. */
function extract(suite: Buffer, salt: Buffer, label: string, ikm: Uint8Array): Buffer {
  return createHmac('sha256', salt)
    .update('HPKE-v1')
    .update(suite)
    .update(label)
    .update(ikm)
    .digest()
}

/** RFC 9180 §4, LabeledExpand: never more than one block of SHA-256 is wanted. */
function expand(
  suite: Buffer,
  secret: Buffer,
  label: string,
  context: Buffer,
  octets: number,
): Buffer {
  return createHmac('sha256', secret)
    .update(uint16(octets))
    .update('HPKE-v1')
    .update(suite)
    .update(label)
    .update(context)
    .update(Buffer.from([1]))
    .digest()
    .subarray(0, octets)
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}
