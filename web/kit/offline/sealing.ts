/**
 * How what was read is sealed on a device. A pair of keys stands for the device: whoever reads online writes
 * with the public half, so that no window has to ask; what opens it is the private half alone, which lies
 * wrapped under a secret of the passkey (WebAuthn Level 3 §10.1.4, prf). Web Cryptography (W3C); ADR 0058.
 */

const curve = { name: 'ECDH', namedCurve: 'P-256' } as const
const cipher = { name: 'AES-GCM', length: 256 } as const
const ivOctets = 12

export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>
  readonly octets: ArrayBuffer
}

/** What of the device's pair may lie on the disk. */
export interface DeviceKeys {
  readonly publicKey: ArrayBuffer
  readonly privateKey: Sealed
}

/** @param secret of the passkey, for this device's salt. */
export async function makeDeviceKeys(secret: BufferSource): Promise<DeviceKeys> {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveKey'])
  const iv = randomIv()
  const key = await wrappingKey(secret)
  const [publicKey, octets] = await Promise.all([
    crypto.subtle.exportKey('raw', pair.publicKey),
    crypto.subtle.wrapKey('pkcs8', pair.privateKey, key, { name: cipher.name, iv }),
  ])
  return { publicKey, privateKey: { iv, octets } }
}

/** The private half; it cannot be read out of the page. @throws where the secret is another's. */
export async function openDeviceKeys(
  { privateKey }: DeviceKeys,
  secret: BufferSource,
): Promise<CryptoKey> {
  const { iv, octets } = privateKey
  const key = await wrappingKey(secret)
  const how = { name: cipher.name, iv }
  return crypto.subtle.unwrapKey('pkcs8', octets, key, how, curve, false, ['deriveKey'])
}

async function wrappingKey(secret: BufferSource): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const info = new TextEncoder().encode('tamar offline, private key')
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  return crypto.subtle.deriveKey(how, base, cipher, false, ['wrapKey', 'unwrapKey'])
}

/** Of one window: writes, and after it is gone nothing but the device's private key opens what it wrote. */
export class Sealer {
  /** Stands with everything that it sealed. */
  readonly windowKey: ArrayBuffer
  readonly #key: CryptoKey

  private constructor(windowKey: ArrayBuffer, key: CryptoKey) {
    this.windowKey = windowKey
    this.#key = key
  }

  static async open({ publicKey }: DeviceKeys): Promise<Sealer> {
    const pair = await crypto.subtle.generateKey(curve, false, ['deriveKey'])
    const device = await crypto.subtle.importKey('raw', publicKey, curve, false, [])
    const windowKey = await crypto.subtle.exportKey('raw', pair.publicKey)
    return new Sealer(windowKey, await agree(pair.privateKey, device, ['encrypt']))
  }

  /** @param name of what it is: opened as something else it does not open. */
  async seal(name: string, value: unknown): Promise<Sealed> {
    return this.sealOctets(name, new TextEncoder().encode(JSON.stringify(value)))
  }

  /** @param name of what it is. */
  async sealOctets(name: string, octets: BufferSource): Promise<Sealed> {
    const iv = randomIv()
    return { iv, octets: await crypto.subtle.encrypt(howOf(name, iv), this.#key, octets) }
  }
}

/** Opens what windows of this device have sealed. */
export class Opener {
  readonly #privateKey: CryptoKey
  readonly #keys = new Map<string, Promise<CryptoKey>>()

  constructor(privateKey: CryptoKey) {
    this.#privateKey = privateKey
  }

  /** @throws where it was altered, or is something else. */
  async open<T>(name: string, windowKey: ArrayBuffer, sealed: Sealed): Promise<T> {
    const opened = await this.openOctets(name, windowKey, sealed)
    // Sealed by this page, and whole: what is read is what was written.
    return JSON.parse(new TextDecoder().decode(opened)) as T
  }

  /** @throws where it was altered, or is something else. */
  async openOctets(name: string, windowKey: ArrayBuffer, sealed: Sealed): Promise<ArrayBuffer> {
    const { iv, octets } = sealed
    return crypto.subtle.decrypt(howOf(name, iv), await this.#keyOf(windowKey), octets)
  }

  #keyOf(windowKey: ArrayBuffer): Promise<CryptoKey> {
    const id = new Uint8Array(windowKey).join()
    let key = this.#keys.get(id)
    key ??= crypto.subtle
      .importKey('raw', windowKey, curve, false, [])
      .then((theirs) => agree(this.#privateKey, theirs, ['decrypt']))
    this.#keys.set(id, key)
    return key
  }
}

function agree(mine: CryptoKey, theirs: CryptoKey, uses: KeyUsage[]): Promise<CryptoKey> {
  return crypto.subtle.deriveKey({ name: curve.name, public: theirs }, mine, cipher, false, uses)
}

function howOf(name: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: cipher.name, iv, additionalData: new TextEncoder().encode(name) }
}

function randomIv(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(ivOctets))
}
