/** One account's opened keys: the standing key for its own values, the epochs for content keys. */
import type { AccountId } from '../base/id.ts'
import { SecretContentKey, bindContentSecret, newContentSecret } from './content-key.ts'
import type { KeyRing } from './ring.ts'
import { asBuffer, headerOf } from './seal.ts'
import type { Suites } from './suites.ts'
import type { AccountKeys, ContentKey, Place } from './types.ts'

/** What is read from the database and replaced as a whole when it is read again. */
export interface AccountRings {
  /** Epoch 0: names, keywords, look-up values; lasts as long as the account. */
  readonly standing: KeyRing
  /** The months; the current one wraps. */
  readonly epochs: KeyRing
}

export class OpenAccount implements AccountKeys {
  readonly accountId: AccountId
  readonly #suites: Suites
  readonly #reload: () => Promise<void>
  #rings: AccountRings

  constructor(
    accountId: AccountId,
    suites: Suites,
    rings: AccountRings,
    reload: () => Promise<void>,
  ) {
    this.accountId = accountId
    this.#suites = suites
    this.#rings = rings
    this.#reload = reload
  }

  adopt(rings: AccountRings): void {
    this.#rings = rings
  }

  seal(place: Place, plaintext: Uint8Array): Buffer {
    return this.#rings.standing.seal(place, plaintext)
  }

  open(place: Place, sealed: Uint8Array): Buffer {
    return this.#rings.standing.open(place, sealed)
  }

  hash(purpose: string, value: string | Uint8Array): Buffer {
    return this.#rings.standing.hash(purpose, value)
  }

  newContentKey(object: string): ContentKey {
    const secret = newContentSecret(this.#suites)
    const key = this.wrapContentKey(object, secret)
    secret.fill(0)
    return key
  }

  wrapContentKey(object: string, secret: Buffer): ContentKey {
    const bound = bindContentSecret(this.#suites, secret)
    return new SecretContentKey(this.#rings.epochs.seal(placeOf(object), secret), bound)
  }

  openContentKey(object: string, wrapped: Uint8Array): ContentKey {
    const octets = asBuffer(wrapped)
    const secret = this.#rings.epochs.open(placeOf(object), octets)
    const bound = bindContentSecret(this.#suites, secret)
    secret.fill(0)
    return new SecretContentKey(octets, bound)
  }

  secretOf(key: ContentKey): Buffer {
    return SecretContentKey.secretOf(key)
  }

  rewrapContentKey(object: string, wrapped: Uint8Array): Buffer | undefined {
    const octets = asBuffer(wrapped)
    const { epochs } = this.#rings
    if (headerOf(octets) === epochs.currentHeader) return undefined
    const secret = epochs.open(placeOf(object), octets)
    const rewrapped = epochs.seal(placeOf(object), secret)
    secret.fill(0)
    return rewrapped
  }

  refresh(): Promise<void> {
    return this.#reload()
  }
}

function placeOf(object: string): Place {
  return { object, field: 'content-key' }
}
