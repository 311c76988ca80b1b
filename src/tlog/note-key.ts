/**
 * Ed25519 keys that sign notes, and how they are written down. C2SP signed-note, "Signatures"; a
 * witness's signature carries a time (C2SP tlog-cosignature, "Ed25519 signed message"). RFC 8032 §5.1.
 */
import { createPrivateKey, createPublicKey, hash, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { secondMs } from '../base/clock.ts'
import type { Millis } from '../base/clock.ts'
import { Refusal } from '../base/refusal.ts'
import { formatSignature } from './note.ts'
import type { NoteKeyKind, NoteSigner, NoteVerifier } from './types.ts'

const keyOctets = 32
const signatureOctets = 64
const timeOctets = 8

/** The octet that says how a key signs; stored in every key. */
const typeOf: Readonly<Record<NoteKeyKind, number>> = { log: 0x01, witness: 0x04 }

// What stands before the 32 octets in DER. RFC 8410 §4 and §7.
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const secretMark = 'PRIVATE+KEY+'

/** What is kept secret in one line. @throws Refusal('invalid') for a name that cannot be one. */
export function formatSecretKey(kind: NoteKeyKind, name: string, seed: Buffer): string {
  const { verifier } = signerOf(kind, name, seed)
  return `${secretMark}${formatKey(name, verifier.keyId, encode(kind, seed))}`
}

/** @throws Refusal('invalid') */
export function parseSecretKey(text: string): NoteSigner {
  if (!text.startsWith(secretMark)) throw fault('a secret key begins with PRIVATE+KEY+')
  const { name, keyId, kind, octets } = parseKey(text.slice(secretMark.length))
  const signer = signerOf(kind, name, octets)
  if (signer.verifier.keyId !== keyId) throw fault('its name or key was changed')
  return signer
}

/** A public key as `vkey` says it. @throws Refusal('invalid') */
export function parseVerifier(vkey: string): NoteVerifier {
  const { name, keyId, kind, octets } = parseKey(vkey)
  if (keyIdOf(kind, name, octets) !== keyId) throw fault('its name or key was changed')
  return verifierOf(kind, name, octets)
}

/** The time a witness wrote beside its signature. */
export function cosignedAt(signature: Buffer): Millis {
  return Number(signature.readBigUInt64BE()) * secondMs
}

function signerOf(kind: NoteKeyKind, name: string, seed: Buffer): NoteSigner {
  const key = createPrivateKey({
    key: Buffer.concat([privatePrefix, seed]),
    format: 'der',
    type: 'pkcs8',
  })
  const point = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-keyOctets)
  const verifier = verifierOf(kind, name, point)
  return {
    verifier,
    sign(text, at) {
      const time = kind === 'witness' ? timeOf(at) : Buffer.alloc(0)
      const signature = sign(null, messageOf(kind, text, time), key)
      const { keyId } = verifier
      return formatSignature({ name, keyId, signature: Buffer.concat([time, signature]) })
    },
  }
}

function verifierOf(kind: NoteKeyKind, name: string, point: Buffer): NoteVerifier {
  if (!/^[^\s\u0085+]+$/u.test(name)) throw fault('a key’s name has no space and no plus')
  const keyId = keyIdOf(kind, name, point)
  const key: KeyObject = createPublicKey({
    key: Buffer.concat([publicPrefix, point]),
    format: 'der',
    type: 'spki',
  })
  const octets = (kind === 'witness' ? timeOctets : 0) + signatureOctets
  return {
    kind,
    name,
    keyId,
    vkey: formatKey(name, keyId, encode(kind, point)),
    verify(text, signature) {
      if (signature.length !== octets) return false
      const time = signature.subarray(0, octets - signatureOctets)
      const message = messageOf(kind, text, time)
      return verify(null, message, key, signature.subarray(time.length))
    },
  }
}

/** A log signs the text, a witness a header and its time before it. */
function messageOf(kind: NoteKeyKind, text: string, time: Buffer): Buffer {
  if (kind === 'log') return Buffer.from(text)
  return Buffer.from(`cosignature/v1\ntime ${time.readBigUInt64BE()}\n${text}`)
}

function timeOf(at: Millis | undefined): Buffer {
  if (at === undefined) throw new TypeError('a witness signs with the time')
  const time = Buffer.allocUnsafe(timeOctets)
  time.writeBigUInt64BE(BigInt(Math.floor(at / secondMs)))
  return time
}

function keyIdOf(kind: NoteKeyKind, name: string, point: Buffer): number {
  const named = Buffer.concat([Buffer.from(`${name}\n`), encode(kind, point)])
  return hash('sha256', named, 'buffer').readUInt32BE()
}

function encode(kind: NoteKeyKind, octets: Buffer): Buffer {
  return Buffer.concat([Buffer.from([typeOf[kind]]), octets])
}

function formatKey(name: string, keyId: number, encoded: Buffer): string {
  return `${name}+${keyId.toString(16).padStart(8, '0')}+${encoded.toString('base64')}`
}

function parseKey(text: string) {
  const [, name = '', id = '', base64 = ''] =
    /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const encoded = Buffer.from(base64, 'base64')
  if (encoded.length !== 1 + keyOctets || encoded.toString('base64') !== base64)
    throw fault('it is not name+id+base64 of an Ed25519 key')
  const kind = encoded[0] === typeOf.log ? 'log' : 'witness'
  if (encoded[0] !== typeOf[kind]) throw fault('its type is unknown')
  return { name, keyId: Number.parseInt(id, 16), kind, octets: encoded.subarray(1) } as const
}

function fault(what: string): Refusal {
  return new Refusal('invalid', { what: `this is no key of a log or witness: ${what}` })
}
