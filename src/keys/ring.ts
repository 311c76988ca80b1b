/**
 * All keys of one scope that may still open something, and the one that seals. Each secret is
 * split by HKDF: a key for each algorithm that seals, a key for each purpose that hashes.
 */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { deriveKey } from './derive.ts'
import { hashPurposesMax, headerOctets } from './limits.ts'
import { BoundKey, asBuffer, headerOf } from './seal.ts'
import type { Suites } from './suites.ts'
import { SealError, UnknownEpoch } from './types.ts'
import type { HashingSealer, Place } from './types.ts'

export class KeyRing implements HashingSealer {
  readonly #suites: Suites
  readonly #scope: string
  /** By key id, as latin1. */
  readonly #secrets = new Map<string, () => KeyObject>()
  /** By algorithm and key id, as latin1; made when first needed. */
  readonly #bound = new Map<string, BoundKey>()
  readonly #hashKeys = new Map<string, KeyObject>()
  #current: BoundKey | undefined
  #hashSecret: KeyObject | undefined

  constructor(suites: Suites, scope: string) {
    this.#suites = suites
    this.#scope = scope
  }

  /** From now on values of this key open. The secret is asked for when first needed, once. */
  add(id: Buffer, secret: () => KeyObject): void {
    this.#secrets.set(id.toString('latin1'), secret)
  }

  has(id: Buffer): boolean {
    return this.#secrets.has(id.toString('latin1'))
  }

  /** Algorithm and key id that new values carry in front. */
  get currentHeader(): string | undefined {
    return this.#current?.header
  }

  /** From now on values are sealed under this key, one of those added. */
  sealUnder(id: Buffer): void {
    this.#current = this.#find(
      String.fromCharCode(this.#suites.current.id) + id.toString('latin1'),
      this.#suites.current.id,
    )
  }

  /** Look-up values come from this secret, which stays when keys that seal come and go. */
  hashUnder(secret: KeyObject): void {
    this.#hashSecret = secret
    this.#hashKeys.clear()
  }

  seal(place: Place, plaintext: Uint8Array): Buffer {
    assert(this.#current !== undefined, 'a ring seals after sealUnder')
    return this.#current.seal(place, plaintext)
  }

  open(place: Place, sealed: Uint8Array): Buffer {
    const octets = asBuffer(sealed)
    const header = headerOf(octets)
    const bound = this.#bound.get(header) ?? this.#find(header, octets[0])
    return bound.open(place, octets)
  }

  hash(purpose: string, value: string | Uint8Array): Buffer {
    let key = this.#hashKeys.get(purpose)
    if (key === undefined) {
      assert(this.#hashSecret !== undefined, 'a ring hashes after hashUnder')
      assert(this.#hashKeys.size < hashPurposesMax, 'purposes are a closed set')
      key = deriveKey(this.#hashSecret, `hash ${purpose}`)
      this.#hashKeys.set(purpose, key)
    }
    return createHmac('sha256', key).update(value).digest()
  }

  #find(header: string, algorithm: number | undefined): BoundKey {
    if (header.length < headerOctets || algorithm === undefined)
      throw new SealError('does not open')
    const suite = this.#suites.byId.get(algorithm)
    if (suite === undefined) throw new SealError('does not open')
    const id = header.slice(1)
    const secret = this.#secrets.get(id)
    if (secret === undefined) throw new UnknownEpoch('the key of this value is not here')
    const key = deriveKey(secret(), `seal ${suite.name}`)
    const bound = new BoundKey(suite, Buffer.from(id, 'latin1'), key, this.#scope)
    this.#bound.set(header, bound)
    return bound
  }
}
