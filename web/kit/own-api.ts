/** What a person has of his own at `/auth`: asked for, changed, and every "no" a word. docs/sign-in.md */
import type { Fetch } from './jmap/transport.ts'

export type Why =
  /** He said too long ago who he is. */
  | 'confirm-needed'
  | 'invalid'
  | 'already-exists'
  | 'not-permitted'
  | 'not-found'
  | 'needs-approval'
  | 'too-many'
  | 'throttled'
  | 'wrong'
  | 'unreachable'
  /** He turned it away himself. */
  | 'turned-away'

export type Body = Readonly<Record<string, unknown>>
export type Answer =
  | { readonly isDone: true; readonly body: Body }
  | { readonly isDone: false; readonly why: Why; readonly field: string }

const known: readonly Why[] = [
  'confirm-needed',
  'invalid',
  'already-exists',
  'not-permitted',
  'not-found',
  'needs-approval',
  'too-many',
]

export interface OwnApiOptions {
  readonly fetch: Fetch
  /** The session is over. */
  readonly onSignedOut: () => void
}

export class OwnApi {
  readonly #options: OwnApiOptions

  constructor(options: OwnApiOptions) {
    this.#options = options
  }

  get(path: string): Promise<Answer> {
    return this.#ask(path, {}, true)
  }

  post(path: string, body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'x-tamar-request': '1' }
    return this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) }, true)
  }

  delete(path: string): Promise<Answer> {
    return this.#ask(path, { method: 'DELETE', headers: { 'x-tamar-request': '1' } }, true)
  }

  /** What he shows to say who he is may be wrong: that is no end of the session. */
  confirm(body: object): Promise<Answer> {
    const headers = { 'content-type': 'application/json', 'x-tamar-request': '1' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return this.#ask('/auth/confirm', init, false)
  }

  async #ask(path: string, init: RequestInit, endsBy401: boolean): Promise<Answer> {
    let response: Response
    let body: Body
    try {
      response = await this.#options.fetch(path, init)
      const text = await response.text()
      body = text === '' ? {} : (JSON.parse(text) as object as Body)
    } catch {
      // No network, or an answer that is none.
      return { isDone: false, why: 'unreachable', field: '' }
    }
    if (response.ok) return { isDone: true, body }
    const { code, field } = body
    if (response.status === 401 && endsBy401) this.#options.onSignedOut()
    const why = whyOf(response.status, code)
    return { isDone: false, why, field: typeof field === 'string' ? field : '' }
  }
}

function whyOf(status: number, code: unknown): Why {
  if (status === 429) return 'throttled'
  if (status === 401) return 'wrong'
  return known.find((each) => each === code) ?? 'unreachable'
}

/** What a list holds, each read by `read`; what is not as it should be is left out. */
export function listOf<T>(value: unknown, read: (one: Body) => T | undefined): readonly T[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((one: unknown) => {
    const made = typeof one === 'object' && one !== null ? read(one as Body) : undefined
    return made === undefined ? [] : [made]
  })
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
