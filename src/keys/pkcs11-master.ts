/**
 * The master key in a PKCS#11 token: an AES-256 key that never leaves it wraps the keys below with
 * CKM_AES_GCM (PKCS #11 v2.40 §2.12.3). The wrapped form is that of every sealed value, algorithm 1.
 */
import { Refusal } from '../base/refusal.ts'
import { headerOctets } from './limits.ts'
import { readPin } from './pin.ts'
import type { PinSource } from './pin.ts'
import { openModule } from './pkcs11-module.ts'
import type { Module } from './pkcs11-module.ts'
import { openTokenKey, returnValueOf } from './pkcs11-token.ts'
import type { TokenKey, TokenWish } from './pkcs11-token.ts'
import { fillRandom } from './random.ts'
import { asBuffer, associatedData, associatedPrefix } from './seal.ts'
import { aesGcm } from './suite-aes-gcm.ts'
import { MissingKey, SealError } from './types.ts'
import type { MasterKey, Place } from './types.ts'

export interface Pkcs11MasterOptions {
  /** Path of the library, e.g. `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly library: string
  readonly tokenLabel: string
  readonly keyLabel: string
  readonly pin: PinSource
  /** Makes the key when the token has none of that label; for the first start of one node only. */
  readonly createIfMissing?: boolean
}

const nonceOctets = 12
const tagOctets = 16

/** @throws MissingKey, whose message is one clear line for the operator. */
export async function openPkcs11Master(options: Pkcs11MasterOptions): Promise<MasterKey> {
  const pin = await readPin(options.pin)
  const module = await openModule(options.library)
  const wish = { ...options, createIfMissing: options.createIfMissing ?? false }
  try {
    return new TokenMaster(module, pin, wish)
  } catch (error) {
    module[Symbol.dispose]()
    if (returnValueOf(module.names, error) === undefined) throw error
    throw new MissingKey(`The token "${options.tokenLabel}" does not work (${nameOf(error)}).`, {
      cause: error,
    })
  }
}

class TokenMaster implements MasterKey {
  readonly id: string
  readonly #module: Module
  readonly #pin: string
  readonly #wish: TokenWish
  readonly #prefix: Buffer
  #token: TokenKey
  #isOpen = true

  constructor(module: Module, pin: string, wish: TokenWish) {
    this.#module = module
    this.#pin = pin
    this.#token = openTokenKey(module, pin, wish)
    // Whatever happens to the token later, a second key is never made in its place.
    this.#wish = { ...wish, createIfMissing: false }
    this.id = `pkcs11:${this.#token.id.toString('hex')}`
    this.#prefix = associatedPrefix(aesGcm.id, this.#token.id, 'master')
  }

  async wrap(place: Place, secret: Uint8Array): Promise<Buffer> {
    const wrapped = Buffer.alloc(headerOctets + nonceOctets + secret.length + tagOctets)
    this.#prefix.copy(wrapped, 0, 0, headerOctets)
    fillRandom(wrapped, headerOctets, nonceOctets)
    const { library } = this.#module
    const body = this.#withToken(({ session, key }) => {
      library.C_EncryptInit(session, this.#mechanism(place, wrapped), key)
      return library.C_Encrypt(session, asBuffer(secret), Buffer.alloc(secret.length + tagOctets))
    })
    body.copy(wrapped, headerOctets + nonceOctets)
    return wrapped
  }

  async unwrap(place: Place, wrapped: Uint8Array): Promise<Buffer> {
    const octets = asBuffer(wrapped)
    if (
      octets.length < headerOctets + nonceOctets + tagOctets ||
      octets.compare(this.#prefix, 0, headerOctets, 0, headerOctets) !== 0
    )
      throw new SealError('does not open')
    const body = octets.subarray(headerOctets + nonceOctets)
    const { library } = this.#module
    let attempts = 0
    return this.#withToken(({ session, key }) => {
      attempts++
      library.C_DecryptInit(session, this.#mechanism(place, octets), key)
      try {
        return library.C_Decrypt(session, body, Buffer.alloc(body.length))
      } catch (error) {
        const isBad = this.#isBadData(error) || (attempts > 1 && this.#maybeBadData(error))
        throw isBad ? new SealError('does not open', { cause: error }) : error
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#closeSession()
    this.#module[Symbol.dispose]()
  }

  #mechanism(place: Place, sealed: Buffer) {
    const { names } = this.#module
    return {
      mechanism: names.CKM_AES_GCM,
      parameter: {
        type: names.CK_PARAMS_AES_GCM,
        iv: sealed.subarray(headerOctets, headerOctets + nonceOctets),
        aad: associatedData(this.#prefix, place),
        ivBits: nonceOctets * 8,
        tagBits: tagOctets * 8,
      },
    }
  }

  /** A session that the token has dropped (restart, failover) is opened anew, once. */
  #withToken<T>(work: (token: TokenKey) => T): T {
    try {
      return work(this.#token)
    } catch (error) {
      if (error instanceof SealError || returnValueOf(this.#module.names, error) === undefined)
        throw error
    }
    try {
      this.#reopen()
      return work(this.#token)
    } catch (cause) {
      if (cause instanceof SealError) throw cause
      throw new Refusal('try-again', { what: 'token', code: nameOf(cause) }, { cause })
    }
  }

  #reopen(): void {
    this.#closeSession()
    const token = openTokenKey(this.#module, this.#pin, this.#wish)
    if (!token.id.equals(this.#token.id)) throw new MissingKey('The token has another key now.')
    this.#token = token
  }

  #closeSession(): void {
    const { names, library } = this.#module
    try {
      library.C_CloseSession(this.#token.session)
    } catch (error) {
      // Already gone, which is what was wanted; anything that is no answer of the token is a bug.
      if (returnValueOf(names, error) === undefined) throw error
    }
  }

  #isBadData(error: unknown): boolean {
    const { names } = this.#module
    const code = returnValueOf(names, error)
    return code === names.CKR_ENCRYPTED_DATA_INVALID || code === names.CKR_ENCRYPTED_DATA_LEN_RANGE
  }

  /** What some tokens, SoftHSM among them, say of a wrong tag, and others when they are ill. */
  #maybeBadData(error: unknown): boolean {
    const { names } = this.#module
    const code = returnValueOf(names, error)
    return code === names.CKR_GENERAL_ERROR || code === names.CKR_FUNCTION_FAILED
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}
