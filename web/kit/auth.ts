/** Signing in and out, as `/auth` speaks it. What is answered is read with care: see docs/sign-in.md. */
import type { Fetch } from './jmap/transport.ts'

export type SignInAnswer =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'second-factor'; readonly methods: readonly string[] }
  | { readonly kind: Refused }

/** Why it came to nothing. */
export type Refused = 'refused' | 'suspended' | 'secondFactorNeeded' | 'throttled' | 'unreachable'

/** Who is signed in, as far as the page shows it. */
export interface SignedIn {
  readonly nameEn: string
  readonly nameZh: string
  readonly address: string
}

/** A request that changes something says that it is ours: no other site can make a browser say it. */
const headers = { 'content-type': 'application/json', 'x-tamar-request': '1' }

export class Auth {
  readonly #fetch: Fetch

  constructor(fetch: Fetch) {
    this.#fetch = fetch
  }

  async signIn(address: string, password: string): Promise<SignInAnswer> {
    return this.#post('/auth/sign-in', { address, password })
  }

  /** @param method one of those that were offered */
  async secondFactor(method: string, code: string): Promise<SignInAnswer> {
    return this.#post('/auth/second-factor', { method, code })
  }

  async signOut(): Promise<void> {
    await this.#fetch('/auth/sign-out', { method: 'POST', headers, body: '{}' })
  }

  /** Undefined when nobody is, or the names cannot be had: they are an ornament. */
  async whoIs(): Promise<SignedIn | undefined> {
    try {
      const response = await this.#fetch('/auth/session', {})
      if (!response.ok) return undefined
      const { person } = (await response.json()) as { person?: Partial<SignedIn> }
      const { nameEn = '', nameZh = '', address = '' } = person ?? {}
      return { nameEn, nameZh, address }
    } catch {
      return undefined
    }
  }

  async #post(url: string, body: object): Promise<SignInAnswer> {
    let response: Response
    try {
      response = await this.#fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
    } catch {
      return { kind: 'unreachable' }
    }
    if (response.status === 429) return { kind: 'throttled' }
    if (response.status >= 500) return { kind: 'unreachable' }
    const answer: unknown = response.status === 204 ? {} : await response.json()
    if (!response.ok)
      return { kind: refusals[(answer as { code?: string }).code ?? ''] ?? 'refused' }
    const { next, methods } = answer as { readonly next?: unknown; readonly methods?: unknown }
    if (next !== 'second-factor') return { kind: 'signed-in' }
    const offered = Array.isArray(methods) ? methods.filter((each) => typeof each === 'string') : []
    return { kind: 'second-factor', methods: offered }
  }
}

const refusals: Readonly<Record<string, Refused>> = {
  suspended: 'suspended',
  'second-factor-needed': 'secondFactorNeeded',
}
