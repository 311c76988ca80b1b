/**
 * Any m of n shares give a secret back, fewer tell nothing of it: Shamir's scheme over GF(2^8), each
 * octet its own polynomial. A digest is divided together with the secret, so that shares that do not
 * belong together, or were changed, are found out and never give a wrong key.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../base/refusal.ts'
import { invert, multiply } from './gf256.ts'
import { secretOctetsMax, shareDigestOctets, shareSetIdOctets } from './limits.ts'

export interface Share {
  /** Which act of dividing it comes from, in hex. */
  readonly setId: string
  /** How many restore the secret. */
  readonly threshold: number
  /** How many were made. */
  readonly total: number
  /** 1 to `total`. */
  readonly index: number
  readonly octets: Buffer
}

/** @param random must give octets that nobody can foresee. */
export function makeShares(
  secret: Buffer,
  threshold: number,
  total: number,
  random: (octets: number) => Buffer,
): readonly Share[] {
  if (!(threshold >= 2 && threshold <= total && total <= 255))
    throw new Refusal('invalid', { what: 'shares', threshold, total })
  if (secret.length === 0 || secret.length > secretOctetsMax)
    throw new Refusal('invalid', { what: 'secret', octets: secret.length })
  const setId = random(shareSetIdOctets).toString('hex')
  const divided = Buffer.concat([secret, digestOf(secret, { setId, threshold, total })])
  // coefficients[k] is the k-th coefficient of every octet's polynomial; the 0th is the secret.
  const coefficients: Buffer[] = [divided]
  while (coefficients.length < threshold) coefficients.push(random(divided.length))
  const shares = Array.from({ length: total }, (_, n) => ({
    setId,
    threshold,
    total,
    index: n + 1,
    octets: evaluate(coefficients, n + 1),
  }))
  for (const each of coefficients) each.fill(0)
  return shares
}

/** @throws Refusal('invalid') with what is wrong: too few, of different sets, doubled, or altered. */
export function combineShares(shares: readonly Share[]): Buffer {
  const [first] = shares
  if (first === undefined) throw new Refusal('invalid', { what: 'no shares' })
  requireOneSet(first, shares)
  const used = shares.slice(0, first.threshold)
  const divided = interpolate(used)
  const secret = divided.subarray(0, -shareDigestOctets)
  if (!timingSafeEqual(divided.subarray(-shareDigestOctets), digestOf(secret, first)))
    throw new Refusal('invalid', { what: 'shares were altered' })
  // Those beyond the threshold must lie on the same polynomials.
  for (const share of shares.slice(first.threshold))
    if (!interpolate(used, share.index).equals(share.octets))
      throw new Refusal('invalid', { what: 'share was altered', share: share.index })
  return Buffer.from(secret)
}

function requireOneSet(first: Share, shares: readonly Share[]): void {
  const { setId, threshold, total, octets } = first
  for (const share of shares)
    if (
      share.setId !== setId ||
      share.threshold !== threshold ||
      share.total !== total ||
      share.octets.length !== octets.length
    )
      throw new Refusal('invalid', { what: 'shares of different sets', share: share.index })
  if (new Set(shares.map((share) => share.index)).size !== shares.length)
    throw new Refusal('invalid', { what: 'the same share twice' })
  if (shares.some((share) => share.index < 1 || share.index > total))
    throw new Refusal('invalid', { what: 'share number' })
  if (shares.length < threshold)
    throw new Refusal('invalid', { what: 'too few shares', have: shares.length, need: threshold })
  if (octets.length <= shareDigestOctets)
    throw new Refusal('invalid', { what: 'share is too short' })
}

/** Horner's rule, all octets at once. */
function evaluate(coefficients: readonly Buffer[], x: number): Buffer {
  const value = Buffer.alloc(coefficients[0]?.length ?? 0)
  for (const coefficient of coefficients.toReversed())
    for (const [n, octet] of coefficient.entries()) value[n] = multiply(value[n] ?? 0, x) ^ octet
  return value
}

/** Lagrange's formula at `x`; at 0 stands the secret. Subtraction is exclusive or. */
function interpolate(shares: readonly Share[], x = 0): Buffer {
  const value = Buffer.alloc(shares[0]?.octets.length ?? 0)
  for (const share of shares) {
    let weight = 1
    for (const other of shares)
      if (other !== share)
        weight = multiply(weight, multiply(x ^ other.index, invert(share.index ^ other.index)))
    for (const [n, octet] of share.octets.entries())
      value[n] = (value[n] ?? 0) ^ multiply(weight, octet)
  }
  return value
}

function digestOf(
  secret: Buffer,
  { setId, threshold, total }: Pick<Share, 'setId' | 'threshold' | 'total'>,
): Buffer {
  const hash = createHash('sha256').update(`tamar shares ${setId} ${threshold} ${total} `)
  return hash.update(secret).digest().subarray(0, shareDigestOctets)
}
