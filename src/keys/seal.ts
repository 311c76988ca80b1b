/**
 * The sealed value: algorithm (1 octet), key id (8), then what the algorithm makes of nonce,
 * ciphertext and tag; for AES-256-GCM 12 octets in front and 16 behind. Bound as associated data:
 * algorithm, key id, scope, object and field, each with its length, so that a value opens at its
 * own place only.
 */
import type { KeyObject } from 'node:crypto'
import { headerOctets, keyIdOctets, placeFieldCharsMax, placeObjectCharsMax } from './limits.ts'
import type { Suite } from './suites.ts'
import { SealError } from './types.ts'
import type { Place, Sealer } from './types.ts'

/** Room for the longest place: everything here is synchronous, so one scratch serves all. */
const scratch = Buffer.allocUnsafeSlow(
  headerOctets + 6 + 3 * (2 * placeFieldCharsMax + placeObjectCharsMax),
)

/** One key, for one algorithm, in one scope (an account, a department, the directory). */
export class BoundKey implements Sealer {
  readonly suite: Suite
  readonly #key: KeyObject
  /** Header and scope: the part of the associated data that never changes. */
  readonly #prefix: Buffer

  constructor(suite: Suite, id: Uint8Array, key: KeyObject, scope: string) {
    this.suite = suite
    this.#key = key
    this.#prefix = associatedPrefix(suite.id, id, scope)
  }

  /** Algorithm and key id as they stand in front of every value of this key. */
  get header(): string {
    return headerOf(this.#prefix)
  }

  seal(place: Place, plaintext: Uint8Array): Buffer {
    const sealed = Buffer.allocUnsafe(headerOctets + this.suite.overheadOctets + plaintext.length)
    this.#prefix.copy(sealed, 0, 0, headerOctets)
    const target = { buffer: sealed, at: headerOctets }
    this.suite.seal(this.#key, associatedData(this.#prefix, place), plaintext, target)
    return sealed
  }

  open(place: Place, sealed: Uint8Array): Buffer {
    const octets = asBuffer(sealed)
    if (octets.length < headerOctets) throw new SealError('does not open')
    if (octets.compare(this.#prefix, 0, headerOctets, 0, headerOctets) !== 0)
      throw new SealError('does not open')
    return this.suite.open(this.#key, associatedData(this.#prefix, place), octets, headerOctets)
  }

  /** A copy of the key itself, to be wrapped for somebody else. The caller wipes it. */
  exportSecret(): Buffer {
    return this.#key.export()
  }
}

/** Header and scope: the part of the associated data that one key always has. */
export function associatedPrefix(algorithm: number, id: Uint8Array, scope: string): Buffer {
  checkText(scope, placeFieldCharsMax)
  if (id.length !== keyIdOctets) throw new SealError('not a key id')
  const prefix = Buffer.allocUnsafeSlow(headerOctets + 2 + Buffer.byteLength(scope))
  prefix[0] = algorithm
  prefix.set(id, 1)
  writeText(prefix, headerOctets, scope)
  return prefix
}

/** What is bound to a value at its place; good until the next call. */
export function associatedData(prefix: Buffer, place: Place): Buffer {
  checkText(place.object, placeObjectCharsMax)
  checkText(place.field, placeFieldCharsMax)
  let at = prefix.copy(scratch)
  at = writeText(scratch, at, place.object)
  at = writeText(scratch, at, place.field)
  return scratch.subarray(0, at)
}

/** The header of a value as a string that a Map can find; shorter when the value is too short. */
export function headerOf(sealed: Buffer): string {
  return sealed.toString('latin1', 0, headerOctets)
}

export function asBuffer(octets: Uint8Array): Buffer {
  return Buffer.isBuffer(octets)
    ? octets
    : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
}

function writeText(target: Buffer, at: number, text: string): number {
  const octets = target.write(text, at + 2)
  target.writeUInt16BE(octets, at)
  return at + 2 + octets
}

/** Lone surrogates would all become U+FFFD, and two places one. */
function checkText(text: string, charsMax: number): void {
  if (text.length > charsMax || !text.isWellFormed()) throw new SealError('not a place')
}
