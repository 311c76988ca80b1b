/** Says to a push service who pushes: a token signed by the platform's key, for that service alone. RFC 8292. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import { secondMs, type Millis } from '../base/clock.ts'
import { vapidTokenMs } from './limits.ts'

export interface VapidKey {
  readonly privateKey: KeyObject
  /** The uncompressed point, base64url: what clients show to their push service. RFC 8292 §3.2. */
  readonly publicKey: string
}

export function openVapidKey(pkcs8: Buffer): VapidKey {
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  return { privateKey, publicKey: Buffer.concat(point).toString('base64url') }
}

export interface VapidClaims {
  /** RFC 8292 §2: of the push resource; the token is good nowhere else. */
  readonly origin: string
  /** RFC 8292 §2.1: whom the push service may write to. */
  readonly contact: string
  readonly now: Millis
}

/** The Authorization field. RFC 8292 §3. */
export function vapidOf({ privateKey, publicKey }: VapidKey, claims: VapidClaims): string {
  const { origin: aud, contact: sub, now } = claims
  const exp = Math.floor((now + vapidTokenMs) / secondMs)
  const said = [
    { typ: 'JWT', alg: 'ES256' },
    { aud, exp, sub },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const text = said.join('.')
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  const signature = sign('sha256', Buffer.from(text), key).toString('base64url')
  return `vapid t=${text}.${signature}, k=${publicKey}`
}
