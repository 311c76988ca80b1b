/** How mail programs come in: app passwords, and programs let in by OAuth. */
import { Loaded } from '../../../kit/loaded.ts'
import { Value } from '../../../kit/observable.ts'
import { listOf, numberOf, textOf, type Answer, type OwnApi } from '../../../kit/own-api.ts'
import type { Guard } from '../guard.ts'

export const scopes = ['imap', 'smtp', 'jmap', 'dav'] as const
export type Scope = (typeof scopes)[number]

export interface AppPassword {
  readonly id: string
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly expiresAt: number | undefined
  /** Undefined: never, as far as is known. */
  readonly usedAt: number | undefined
}

export interface Program {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: number
  readonly expiresAt: number | undefined
}

export class Programs {
  readonly appPasswords: Loaded<readonly AppPassword[]>
  readonly programs: Loaded<readonly Program[]>
  /** The one that was just made, until he has kept it: the only time it is seen. */
  readonly made = new Value<string | undefined>(undefined)
  readonly #api: OwnApi
  readonly #guard: Guard

  constructor(api: OwnApi, guard: Guard) {
    this.#api = api
    this.#guard = guard
    this.appPasswords = new Loaded(
      () => api.get('/auth/app-passwords'),
      (body) =>
        listOf(body['appPasswords'], (one) => ({
          ...common(one),
          label: textOf(one['label']),
          usedAt: numberOf(one['usedAt']),
        })),
    )
    this.programs = new Loaded(
      () => api.get('/auth/programs'),
      (body) => listOf(body['programs'], (one) => ({ ...common(one), name: textOf(one['name']) })),
    )
  }

  async create(label: string, wanted: readonly Scope[]): Promise<Answer> {
    const body = { label: label.trim(), scopes: wanted }
    const answer = await this.#guard.run(() => this.#api.post('/auth/app-passwords', body))
    if (answer.isDone) {
      this.made.set(textOf(answer.body['appPassword']))
      await this.appPasswords.read()
    }
    return answer
  }

  async revoke(id: string): Promise<Answer> {
    const answer = await this.#api.delete(`/auth/app-passwords/${encodeURIComponent(id)}`)
    await this.appPasswords.read()
    return answer
  }

  async endProgram(id: string): Promise<Answer> {
    const answer = await this.#api.delete(`/auth/programs/${encodeURIComponent(id)}`)
    await this.programs.read()
    return answer
  }
}

function common(one: Readonly<Record<string, unknown>>) {
  const given = Array.isArray(one['scopes']) ? one['scopes'] : []
  return {
    id: textOf(one['id']),
    scopes: scopes.filter((scope) => given.includes(scope)),
    createdAt: numberOf(one['createdAt']) ?? 0,
    expiresAt: numberOf(one['expiresAt']),
  }
}
