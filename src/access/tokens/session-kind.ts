/** The two kinds of session that every node knows: for an office at the admin API, for mail in a browser. */
import { randomBytes } from 'node:crypto'
import type { Millis } from '../../base/clock.ts'
import type { HashingSealer } from '../../keys/types.ts'
import {
  tokenExpiresMs,
  tokenIdleMs,
  tokensMax,
  tokenTouchMs,
  webExpiresMs,
  webIdleMs,
  webSessionsMax,
  webTouchMs,
} from '../limits.ts'
import type { SessionTable } from './session-rows.ts'

export interface SessionKind {
  readonly table: SessionTable
  readonly opens: 'office' | 'mail'
  /** Scanners of code know it; nobody takes one kind for the other. */
  readonly prefix: string
  readonly purpose: string
  /** Ends when nobody used it for so long, */
  readonly idleMs: number
  /** and so long after the sign-in in any case. */
  readonly expiresMs: number
  /** How exactly a use is remembered. */
  readonly touchMs: number
  /** Of one person at once. */
  readonly max: number
}

export const officeKind: SessionKind = {
  table: 'admin_session',
  opens: 'office',
  prefix: 'tamar_',
  purpose: 'admin-token',
  idleMs: tokenIdleMs,
  expiresMs: tokenExpiresMs,
  touchMs: tokenTouchMs,
  max: tokensMax,
}

export const webKind: SessionKind = {
  table: 'web_session',
  opens: 'mail',
  prefix: 'tamarweb_',
  purpose: 'web-session',
  idleMs: webIdleMs,
  expiresMs: webExpiresMs,
  touchMs: webTouchMs,
  max: webSessionsMax,
}

const octets = 32

/** 256 random bits; RFC 6750 §2.1 has their alphabet. */
export function newToken({ prefix }: SessionKind): string {
  return prefix + randomBytes(octets).toString('base64url')
}

/** What is kept and looked up: useless without the key. Undefined: it has not the shape of one. */
export function findTokenKey(
  keys: HashingSealer,
  { prefix, purpose }: SessionKind,
  token: string,
): Buffer | undefined {
  const isOne = token.startsWith(prefix) && /^[\w-]{43}$/.test(token.slice(prefix.length))
  return isOne ? keys.hash(purpose, token) : undefined
}

export function isLiving(
  { idleMs }: SessionKind,
  { usedAt, expiresAt }: { readonly usedAt: Millis; readonly expiresAt: Millis },
  now: Millis,
): boolean {
  return now < expiresAt && now - usedAt < idleMs
}
