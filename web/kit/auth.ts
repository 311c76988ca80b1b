/** Signing in and out, as `/auth` speaks it: docs/sign-in.md. What is answered is read with care. */
import type { Fetch } from './jmap/transport.ts'

export type Method = 'passkey' | 'totp' | 'recovery'

export type SignInAnswer =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'second-factor' | 'add-factor'; readonly methods: readonly Method[] }
  | { readonly kind: Refused }

/** Why it came to nothing. */
export type Refused =
  | 'refused'
  | 'wrongFactor'
  | 'signInAgain'
  | 'suspended'
  | 'throttled'
  | 'unreachable'
  /** The browser or its owner gave no passkey. */
  | 'noPasskey'

/** Who is signed in, as far as the page shows it. */
export interface SignedIn {
  readonly nameEn: string
  readonly nameZh: string
  readonly address: string
}

/** The government's identity provider. */
export interface Provider {
  readonly name: string
  readonly start: string
}

/** A code generator that is about to be set up. */
export interface TotpOffer {
  readonly ceremony: string
  readonly secret: string
  readonly uri: string
}

export interface FactorAdded {
  readonly recoveryCodes: readonly string[]
}

/** Asks the browser for a passkey; its answer in JSON. */
export type AskPasskey = (options: unknown) => Promise<unknown>

/** A request that changes something says that it is ours: no other site can make a browser say it. */
const headers = { 'content-type': 'application/json', 'x-tamar-request': '1' }

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export class Auth {
  readonly #fetch: Fetch
  readonly #askPasskey: AskPasskey

  constructor(fetch: Fetch, askPasskey: AskPasskey) {
    this.#fetch = fetch
    this.#askPasskey = askPasskey
  }

  async signIn(address: string, password: string): Promise<SignInAnswer> {
    return signInAnswer(await this.#post('/auth/sign-in', { address, password }))
  }

  async code(method: 'totp' | 'recovery', code: string): Promise<SignInAnswer> {
    return signInAnswer(await this.#post(`/auth/second-factor/${method}`, { code }))
  }

  /** As the second factor of who gave his password, or alone. */
  async passkey(isAlone: boolean): Promise<SignInAnswer> {
    const path = isAlone ? '/auth/passkey' : '/auth/second-factor/passkey'
    const asked = await this.#post(`${path}/options`, {})
    const { ceremony, options } = asked.body
    if (asked.status !== 200) return signInAnswer(asked)
    let response: unknown
    try {
      response = await this.#askPasskey(options)
    } catch {
      // He turned it away, or there is none for this place.
      return { kind: 'noPasskey' }
    }
    return signInAnswer(await this.#post(path, { ceremony, response }))
  }

  /** Undefined where it cannot be offered now. */
  async offerTotp(): Promise<TotpOffer | undefined> {
    const { status, body } = await this.#post('/auth/factors/totp/options', {})
    const { ceremony, secret, uri } = body
    const isWhole =
      typeof ceremony === 'string' && typeof secret === 'string' && typeof uri === 'string'
    return status === 200 && isWhole ? { ceremony, secret, uri } : undefined
  }

  /** Undefined when the code is not right. */
  async addTotp(ceremony: string, label: string, code: string): Promise<FactorAdded | undefined> {
    const { status, body } = await this.#post('/auth/factors/totp', { ceremony, label, code })
    if (status !== 201) return undefined
    const { recoveryCodes } = body
    return { recoveryCodes: Array.isArray(recoveryCodes) ? recoveryCodes.filter(isText) : [] }
  }

  /** Where people may sign in instead, by a link; undefined when there is no such place. */
  async provider(): Promise<Provider | undefined> {
    try {
      const response = await this.#fetch('/auth/options', {})
      if (!response.ok) return undefined
      const { provider } = (await response.json()) as { provider?: Partial<Provider> | null }
      const { name, start } = provider ?? {}
      // A page of ours sends him there: never an address from an answer.
      return isText(name) && isText(start) && start.startsWith('/auth/')
        ? { name, start }
        : undefined
    } catch {
      return undefined
    }
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

  async #post(url: string, body: object): Promise<Answer> {
    try {
      const response = await this.#fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      const text = await response.text()
      return {
        status: response.status,
        body: text === '' ? {} : (JSON.parse(text) as object as Answer['body']),
      }
    } catch {
      // No network, or an answer that is none.
      return { status: 0, body: {} }
    }
  }
}

function signInAnswer({ status, body }: Answer): SignInAnswer {
  const { next, methods, code } = body
  if (status === 429) return { kind: 'throttled' }
  if (status === 0 || status >= 500) return { kind: 'unreachable' }
  if (status !== 200) return { kind: refusals[isText(code) ? code : ''] ?? 'refused' }
  if (next !== 'second-factor' && next !== 'add-factor') return { kind: 'signed-in' }
  const known: readonly Method[] = ['passkey', 'totp', 'recovery']
  const offered = Array.isArray(methods) ? methods : []
  return { kind: next, methods: known.filter((method) => offered.includes(method)) }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

const refusals: Readonly<Record<string, Refused>> = {
  suspended: 'suspended',
  'wrong-factor': 'wrongFactor',
  'sign-in-again': 'signInAgain',
}
