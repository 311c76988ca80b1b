/** The admin API, as who has just said who he is: a token that no storage holds. docs/sign-in.md, "An office". */
import { OwnApi, textOf, type Answer } from '../../../kit/own-api.ts'
import type { Fetch } from '../../../kit/jmap/transport.ts'
import type { Guard } from '../guard.ts'

const prefix = '/admin/v1'

export class Office {
  readonly #api: OwnApi
  readonly #guard: Guard
  readonly #admin: OwnApi
  #token = ''
  #opening: Promise<Answer> | undefined

  constructor({ api, guard, fetch }: { api: OwnApi; guard: Guard; fetch: Fetch }) {
    this.#api = api
    this.#guard = guard
    this.#admin = new OwnApi({
      fetch: (path, init) => {
        const headers = new Headers(init?.headers)
        headers.set('authorization', `Bearer ${this.#token}`)
        return fetch(`${prefix}${path}`, { ...init, headers })
      },
      // The token is over, and not his session.
      onSignedOut: () => (this.#token = ''),
    })
  }

  get(path: string): Promise<Answer> {
    return this.#run(() => this.#admin.get(path))
  }

  post(path: string, body: object): Promise<Answer> {
    return this.#run(() => this.#admin.post(path, body))
  }

  /** The page is left: whoever finds it open finds no office. */
  async close(): Promise<void> {
    if (this.#token === '') return
    await this.#admin.delete('/sessions/current')
    this.#token = ''
  }

  async #run(ask: () => Promise<Answer>): Promise<Answer> {
    const opened = await this.#open()
    if (!opened.isDone) return opened
    const answer = await ask()
    if (answer.isDone || answer.why !== 'wrong') return answer
    // Its minutes were over: he says once more who he is.
    const again = await this.#open()
    return again.isDone ? ask() : again
  }

  /** Those that ask meanwhile wait for the same answer. */
  #open(): Promise<Answer> {
    if (this.#token !== '') return Promise.resolve({ isDone: true, body: {} })
    this.#opening ??= this.#guard
      .run(() => this.#api.post('/auth/office', {}))
      .then((answer) => {
        this.#opening = undefined
        if (answer.isDone) this.#token = textOf(answer.body['token'])
        return answer
      })
    return this.#opening
  }
}
