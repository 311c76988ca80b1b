/**
 * Who stands behind a request: a browser by its cookie, from a page of ours; a program by HTTP Basic
 * (RFC 7617) with an app password of scope jmap, or by a token (RFC 6750). Such a sign-in is remembered by a hash of what was shown, so that not each request is one, and ends with revocation.
 */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Access, Principal } from '../../access/types.ts'
import type { Clock, Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { isFromOwnPage, isSameOrigin } from '../../net/own-page.ts'
import { findSessionToken } from '../../net/session-cookie.ts'
import type { FindWebSession, JmapParts } from '../ports.ts'
import { signInIdleMs, signInKeptMs, signInsMax } from '../limits.ts'

interface Remembered {
  readonly principal: Principal
  readonly madeAt: Millis
  usedAt: Millis
  readonly watch: Disposable
}

/** RFC 6750 §2.1 */
const bearer = /^Bearer +([\w.~+/-]+=*) *$/i
const basic = /^Basic +([A-Za-z0-9+/]+=*) *$/i

type SignInParts = Pick<JmapParts, 'access' | 'clock' | 'findWebSession' | 'signInByToken'>

/** What a request shows of who asks. */
type Shown = Pick<FastifyRequest, 'headers' | 'method' | 'ip'>

export class SignIns implements Disposable {
  readonly #access: Access
  readonly #clock: Clock
  readonly #findWeb: FindWebSession | undefined
  readonly #byToken: JmapParts['signInByToken']
  /** The longest unused first. */
  readonly #known = new Map<string, Remembered>()
  readonly #pending = new Map<string, Promise<Principal>>()

  constructor({ access, clock, findWebSession, signInByToken }: SignInParts) {
    this.#byToken = signInByToken
    this.#access = access
    this.#clock = clock
    this.#findWeb = findWebSession
  }

  /** Refusal('bad-credentials' | 'throttled' | 'suspended' | 'not-permitted'). */
  principalOf({ headers, method, ip }: Shown): Promise<Principal> {
    const token = findSessionToken(headers.cookie)
    if (headers.authorization !== undefined || token === undefined || this.#findWeb === undefined)
      return this.#byAuthorization(headers.authorization ?? '', ip)
    const isReading = method === 'GET' || method === 'HEAD'
    if (!isReading && !isFromOwnPage(headers)) throw new Refusal('not-permitted')
    return this.#findWeb(token, headers['x-tamar-background'] !== '1')
  }

  /** Of a WebSocket, when it is opened and for each request: a browser's handshake is from a page of ours. */
  principalOfSocket({ headers, ip }: Pick<Shown, 'headers' | 'ip'>): Promise<Principal> {
    const token = findSessionToken(headers.cookie)
    if (headers.authorization !== undefined || token === undefined || this.#findWeb === undefined)
      return this.#byAuthorization(headers.authorization ?? '', ip)
    if (!isSameOrigin(headers)) throw new Refusal('not-permitted')
    return this.#findWeb(token, true)
  }

  async #byAuthorization(field: string, remoteAddress: string): Promise<Principal> {
    const signIn = this.#signInOf(field, remoteAddress)
    if (signIn === undefined) throw new Refusal('bad-credentials')
    const key = createHash('sha256').update(field).digest('base64')
    const known = this.#find(key)
    if (known !== undefined) return known
    let pending = this.#pending.get(key)
    if (pending === undefined) {
      pending = signIn().then((principal) => this.#remember(key, principal))
      this.#pending.set(key, pending)
    }
    try {
      return await pending
    } finally {
      this.#pending.delete(key)
    }
  }

  /** Undefined: nothing was shown that is understood. */
  #signInOf(field: string, remoteAddress: string): (() => Promise<Principal>) | undefined {
    const shown = basic.exec(field)?.[1]
    if (shown !== undefined) return () => this.#signIn(shown, remoteAddress)
    const token = bearer.exec(field)?.[1]
    const byToken = this.#byToken
    return token === undefined || byToken === undefined
      ? undefined
      : () => byToken(token, remoteAddress)
  }

  #find(key: string): Principal | undefined {
    const known = this.#known.get(key)
    if (known === undefined) return undefined
    const now = this.#clock.now()
    if (now - known.usedAt > signInIdleMs || now - known.madeAt > signInKeptMs) {
      this.#forget(key)
      return undefined
    }
    known.usedAt = now
    this.#known.delete(key)
    this.#known.set(key, known)
    return known.principal
  }

  async #signIn(shown: string, remoteAddress: string): Promise<Principal> {
    const text = Buffer.from(shown, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon === -1) throw new Refusal('bad-credentials')
    const attempt = { door: 'jmap', remoteAddress, isTls: true } as const
    return this.#access.signIn(attempt, text.slice(0, colon), text.slice(colon + 1))
  }

  #remember(key: string, principal: Principal): Principal {
    const now = this.#clock.now()
    const watch = this.#access.onRevoked(principal, () => this.#forget(key))
    this.#known.set(key, { principal, madeAt: now, usedAt: now, watch })
    if (this.#known.size > signInsMax) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#forget(oldest)
    }
    return principal
  }

  #forget(key: string): void {
    const known = this.#known.get(key)
    if (known === undefined) return
    this.#known.delete(key)
    known.watch[Symbol.dispose]()
    this.#access.signOut(known.principal)
  }

  [Symbol.dispose](): void {
    for (const key of this.#known.keys()) this.#forget(key)
  }
}
