/**
 * An authenticator in software: makes keys and signs as a browser with a security key would, down to
 * the octets. WebAuthn Level 3, §6 and §7; the key is ES256, RFC 9053 §2.1.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

interface Kept {
  readonly id: string
  readonly rpId: string
  readonly userHandle: string
  readonly privateKey: KeyObject
  counter: number
}

export interface Wish {
  readonly origin: string
  /** It has asked its owner for a finger or a number. */
  readonly isVerified?: boolean
  readonly type?: string
}

export class Authenticator {
  readonly keys: Kept[] = []
  /** False: as those that live in a cloud, whose counter stays 0. */
  readonly counts: boolean

  constructor({ counts = true } = {}) {
    this.counts = counts
  }

  /** What `navigator.credentials.create` gives, in JSON. */
  create(options: object, wish: Wish): object {
    // oxlint-disable-next-line typescript/no-explicit-any -- as the server wrote it
    const { rp, user, challenge } = options as any
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const id = randomBytes(32)
    const kept = { rpId: String(rp.id), userHandle: String(user.id), privateKey, counter: 0 }
    this.keys.push({ id: id.toString('base64url'), ...kept })
    const cose = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ])
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose])
    const authData = Buffer.concat([authenticatorData(kept, wish, 0x40), attested])
    const attestationObject = Buffer.concat([
      // {"fmt": "none", "attStmt": {}, "authData": octets of this length}
      Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
      Buffer.from([authData.length]),
      authData,
    ])
    const response = {
      clientDataJSON: clientData('webauthn.create', String(challenge), wish),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['usb'],
    }
    return credential(id.toString('base64url'), response)
  }

  /** What `navigator.credentials.get` gives, in JSON; by the newest of its keys that is asked for. */
  get(options: object, wish: Wish): object {
    // oxlint-disable-next-line typescript/no-explicit-any -- as the server wrote it
    const { rpId, challenge, allowCredentials = [] } = options as any
    const wanted = (allowCredentials as { id: string }[]).map(({ id }) => id)
    const kept = this.keys.findLast(
      ({ id, rpId: of }) => of === rpId && (wanted.length === 0 || wanted.includes(id)),
    )
    if (kept === undefined) throw new Error('the authenticator has no such key')
    if (this.counts) kept.counter++
    const authData = authenticatorData(kept, wish, 0)
    const clientDataJSON = clientData('webauthn.get', String(challenge), wish)
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest()
    const signature = sign('sha256', Buffer.concat([authData, hash]), kept.privateKey)
    return credential(kept.id, {
      clientDataJSON,
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: kept.userHandle,
    })
  }
}

function credential(id: string, response: object): object {
  const type = 'public-key'
  return { id, rawId: id, type, response, clientExtensionResults: {} }
}

function clientData(type: string, challenge: string, wish: Wish): string {
  const data = { type: wish.type ?? type, challenge, origin: wish.origin, crossOrigin: false }
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}

function authenticatorData(
  { rpId, counter }: Pick<Kept, 'rpId' | 'counter'>,
  { isVerified = true }: Wish,
  more: number,
): Buffer {
  const count = Buffer.alloc(4)
  count.writeUInt32BE(counter)
  const flags = 0x01 | (isVerified ? 0x04 : 0) | more
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count])
}
