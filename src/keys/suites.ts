/**
 * The algorithms a sealed value may name in its first octet. Another one is added here with a new
 * number: what is sealed under the old one still opens, and nothing has to be sealed again.
 */
import assert from 'node:assert/strict'
import type { KeyObject } from 'node:crypto'
import { aesGcm } from './suite-aes-gcm.ts'

/** An AEAD with a 32-octet key that places its own nonce and tag. */
export interface Suite {
  /** 1 to 255. Stored in every value: never given to another algorithm. */
  readonly id: number
  readonly name: string
  /** Nonce and tag together. */
  readonly overheadOctets: number
  /** Writes nonce, ciphertext and tag to `target` from `at`; exactly plaintext + overhead. */
  seal(
    key: KeyObject,
    associated: Uint8Array,
    plaintext: Uint8Array,
    target: { readonly buffer: Buffer; readonly at: number },
  ): void
  /** @throws SealError, whatever is wrong. */
  open(key: KeyObject, associated: Uint8Array, sealed: Buffer, at: number): Buffer
}

export interface Suites {
  /** New values and keys are made for this one. */
  readonly current: Suite
  readonly byId: ReadonlyMap<number, Suite>
}

export function createSuites(current: Suite, ...others: readonly Suite[]): Suites {
  const byId = new Map<number, Suite>()
  for (const suite of [current, ...others]) {
    assert(suite.id > 0 && suite.id < 256 && !byId.has(suite.id), 'one number, one algorithm')
    byId.set(suite.id, suite)
  }
  return { current, byId }
}

export const standardSuites: Suites = createSuites(aesGcm)
