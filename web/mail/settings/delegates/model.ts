/** Whom somebody lets into his mailbox, how far and until when. RFC 4314 §2.1 */
import { Loaded } from '../../../kit/loaded.ts'
import { listOf, numberOf, textOf, type Answer, type OwnApi } from '../../../kit/own-api.ts'
import type { Guard } from '../guard.ts'
import { findSomebody, type Somebody } from '../own-mailboxes.ts'

/** What people give; the letters are the standard's, `0` is "may send on behalf". */
export const degrees = { read: 'lrs', file: 'lrswite', send: 'lrswite0' } as const
export type Degree = keyof typeof degrees

export interface Delegation {
  readonly id: string
  readonly person: Somebody | undefined
  /** Undefined: rights that a mail program gave, which are none of ours. */
  readonly degree: Degree | undefined
  readonly rights: string
  /** Only one mailbox of the account, as a mail program can give. */
  readonly isPart: boolean
  readonly to: number | undefined
}

export class Delegates {
  readonly list: Loaded<readonly Delegation[]>
  readonly #api: OwnApi
  readonly #guard: Guard
  readonly #path: string

  constructor(api: OwnApi, guard: Guard, mailboxId: string) {
    this.#api = api
    this.#guard = guard
    this.#path = `/auth/mailboxes/${encodeURIComponent(mailboxId)}/delegations`
    this.list = new Loaded(
      () => api.get(this.#path),
      (body) =>
        listOf(body['delegations'], (one) => ({
          id: textOf(one['id']),
          person: findSomebody(one['person']),
          degree: degreeOf(textOf(one['rights'])),
          rights: textOf(one['rights']),
          isPart: one['mailboxId'] !== null,
          to: numberOf(one['to']),
        })),
    )
  }

  async give(address: string, degree: Degree, to: number | undefined): Promise<Answer> {
    const end = to === undefined ? {} : { to }
    const body = { address: address.trim(), rights: degrees[degree], ...end }
    const answer = await this.#guard.run(() => this.#api.post(this.#path, body))
    if (answer.isDone) await this.list.read()
    return answer
  }

  async end(id: string): Promise<Answer> {
    const answer = await this.#api.delete(`${this.#path}/${encodeURIComponent(id)}`)
    await this.list.read()
    return answer
  }
}

/** The highest of which he has every letter, where he has no other letters. */
export function degreeOf(rights: string): Degree | undefined {
  const letters = (text: string) => Array.from(new Set(text)).toSorted().join('')
  return (['read', 'file', 'send'] as const).find(
    (degree) => letters(degrees[degree]) === letters(rights),
  )
}
