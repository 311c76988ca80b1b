/**
 * Who stands behind a request: a browser by its cookie, from a page of ours; a program by HTTP Basic
 * (RFC 7617) with an app password of scope jmap. A sign-in by Basic is remembered by a hash of what was shown, so that not each request is one, and ends with revocation.
 */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Access, Principal } from '../../access/types.ts'
import type { Clock, Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import { isFromOwnPage } from '../../net/own-page.ts'
import { findSessionToken } from '../../net/session-cookie.ts'
import type { FindWebSession, JmapParts } from '../ports.ts'
import { signInIdleMs, signInKeptMs, signInsMax } from '../limits.ts'

interface Remembered {
  readonly principal: Principal
  readonly madeAt: Millis
  usedAt: Millis
  readonly watch: Disposable
}

const basic = /^Basic +([A-Za-z0-9+/]+=*) *$/i

type SignInParts = Pick<JmapParts, 'access' | 'clock' | 'findWebSession'>

/** What a request shows of who asks. */
type Shown = Pick<FastifyRequest, 'headers' | 'method' | 'ip'>

export class SignIns implements Disposable {
  readonly #access: Access
  readonly #clock: Clock
  readonly #findWeb: FindWebSession | undefined
  /** The longest unused first. */
  readonly #known = new Map<string, Remembered>()
  readonly #pending = new Map<string, Promise<Principal>>()

  constructor({ access, clock, findWebSession }: SignInParts) {
    this.#access = access
    this.#clock = clock
    this.#findWeb = findWebSession
  }

  /** Refusal('bad-credentials' | 'throttled' | 'suspended' | 'not-permitted'). */
  principalOf({ headers, method, ip }: Shown): Promise<Principal> {
    const token = findSessionToken(headers.cookie)
    if (headers.authorization !== undefined || token === undefined || this.#findWeb === undefined)
      return this.#byBasic(headers.authorization, ip)
    const isReading = method === 'GET' || method === 'HEAD'
    if (!isReading && !isFromOwnPage(headers)) throw new Refusal('not-permitted')
    return this.#findWeb(token, headers['x-tamar-background'] !== '1')
  }

  async #byBasic(authorization: string | undefined, remoteAddress: string): Promise<Principal> {
    const shown = basic.exec(authorization ?? '')?.[1]
    if (shown === undefined) throw new Refusal('bad-credentials')
    const key = createHash('sha256').update(shown).digest('base64')
    const known = this.#find(key)
    if (known !== undefined) return known
    let pending = this.#pending.get(key)
    if (pending === undefined) {
      pending = this.#signIn(key, shown, remoteAddress)
      this.#pending.set(key, pending)
    }
    try {
      return await pending
    } finally {
      this.#pending.delete(key)
    }
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

  async #signIn(key: string, shown: string, remoteAddress: string): Promise<Principal> {
    const text = Buffer.from(shown, 'base64').toString('utf8')
    const colon = text.indexOf(':')
    if (colon === -1) throw new Refusal('bad-credentials')
    const attempt = { door: 'jmap', remoteAddress, isTls: true } as const
    const principal = await this.#access.signIn(
      attempt,
      text.slice(0, colon),
      text.slice(colon + 1),
    )
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
