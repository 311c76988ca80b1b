/** Codes of six digits that change every half minute. RFC 6238 over RFC 4226, with their defaults. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { secondMs, type Millis } from '../../base/clock.ts'
import { formatBase32 } from './base32.ts'

const stepMs = 30 * secondMs
const digits = 6
/** RFC 4226 §4 asks for 128 bits at least and likes 160. */
const secretOctets = 20
/** RFC 6238 §5.2: the code before and the one after, for clocks that are not quite right. */
const stepsAround = 1

export function newTotpSecret(): Buffer {
  return randomBytes(secretOctets)
}

/** The step whose code this is, around `now`; undefined: it is none, or not after `last`. */
export function findTotpStep(
  secret: Buffer,
  code: string,
  { now, last }: { readonly now: Millis; readonly last: number },
): number | undefined {
  const given = Buffer.from(code.replaceAll(/\s/g, ''))
  const present = Math.floor(now / stepMs)
  let found: number | undefined
  // All are computed, whichever it is.
  for (let step = present - stepsAround; step <= present + stepsAround; step++) {
    const right = Buffer.from(totpCode(secret, step))
    const isIt = given.length === right.length && timingSafeEqual(given, right)
    // RFC 6238 §5.2: a code is accepted once, and none before it afterwards.
    if (isIt && step > last) found ??= step
  }
  return found
}

export function totpStepOf(at: Millis): number {
  return Math.floor(at / stepMs)
}

/** RFC 4226 §5.3 */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac[mac.length - 1] ?? 0) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** What programs read from a picture: the key URI that all of them agree on. */
export function totpUri(secret: Buffer, issuer: string, address: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(address)}`
  return `otpauth://totp/${label}?secret=${formatBase32(secret)}&issuer=${encodeURIComponent(issuer)}`
}
