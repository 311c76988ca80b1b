/**
 * The key of one message, segment or object. Its secret is algorithm, key id and key in one piece
 * of 41 octets: a content key stays with the algorithm it was made for.
 */
import assert from 'node:assert/strict'
import { takeSecret } from './derive.ts'
import { headerOctets, keyIdOctets, keyOctets } from './limits.ts'
import { fillRandom } from './random.ts'
import { BoundKey } from './seal.ts'
import type { Suites } from './suites.ts'
import { SealError } from './types.ts'
import type { ContentKey, Place } from './types.ts'

/** Content may be shared by accounts, so its scope is none of them; its key is the object's own. */
const scope = 'content'
const secretOctets = headerOctets + keyOctets

export class SecretContentKey implements ContentKey {
  readonly wrapped: Buffer
  readonly #bound: BoundKey

  constructor(wrapped: Buffer, bound: BoundKey) {
    this.wrapped = wrapped
    this.#bound = bound
  }

  get overheadOctets(): number {
    return headerOctets + this.#bound.suite.overheadOctets
  }

  seal(place: Place, plaintext: Uint8Array): Buffer {
    return this.#bound.seal(place, plaintext)
  }

  open(place: Place, sealed: Uint8Array): Buffer {
    return this.#bound.open(place, sealed)
  }

  /** @returns a copy of the secret; whoever asked wipes it. */
  static secretOf(key: ContentKey): Buffer {
    assert(key instanceof SecretContentKey, 'content keys are made here only')
    const secret = Buffer.allocUnsafeSlow(secretOctets)
    secret.write(key.#bound.header, 'latin1')
    const octets = key.#bound.exportSecret()
    octets.copy(secret, headerOctets)
    octets.fill(0)
    return secret
  }
}

export function newContentSecret(suites: Suites): Buffer {
  const secret = Buffer.allocUnsafeSlow(secretOctets)
  secret[0] = suites.current.id
  fillRandom(secret, 1, keyIdOctets + keyOctets)
  return secret
}

/** @throws SealError when these octets are no content secret. The octets stay as they are. */
export function bindContentSecret(suites: Suites, secret: Buffer): BoundKey {
  const suite = suites.byId.get(secret[0] ?? 0)
  if (suite === undefined || secret.length !== secretOctets) throw new SealError('does not open')
  const key = Buffer.allocUnsafeSlow(keyOctets)
  secret.copy(key, 0, headerOctets)
  return new BoundKey(suite, secret.subarray(1, headerOctets), takeSecret(key), scope)
}
