/** Where somebody is signed in: he ends one, or all but this. */
import { Loaded } from '../../../kit/loaded.ts'
import { listOf, numberOf, textOf, type Answer, type OwnApi } from '../../../kit/own-api.ts'

export interface Session {
  readonly id: string
  /** Empty: a browser that says nothing we know. */
  readonly client: string
  readonly remoteAddress: string
  readonly signedInAt: number
  readonly usedAt: number
  readonly isCurrent: boolean
}

export class Devices {
  readonly list: Loaded<readonly Session[]>
  readonly #api: OwnApi

  constructor(api: OwnApi) {
    this.#api = api
    this.list = new Loaded(() => api.get('/auth/sessions'), readSessions)
  }

  end(id: string): Promise<Answer> {
    return this.#then(this.#api.delete(`/auth/sessions/${encodeURIComponent(id)}`))
  }

  endOthers(): Promise<Answer> {
    return this.#then(this.#api.delete('/auth/sessions'))
  }

  /** It may have ended by itself meanwhile: what is there now is shown either way. */
  async #then(asked: Promise<Answer>): Promise<Answer> {
    const answer = await asked
    await this.list.read()
    return answer
  }
}

/** This one first, then the one used last. */
function readSessions(body: Readonly<Record<string, unknown>>): readonly Session[] {
  return listOf(body['sessions'], (one) => ({
    id: textOf(one['id']),
    client: one['client'] === 'unknown' ? '' : textOf(one['client']),
    remoteAddress: textOf(one['remoteAddress']),
    signedInAt: numberOf(one['signedInAt']) ?? 0,
    usedAt: numberOf(one['usedAt']) ?? 0,
    isCurrent: one['isCurrent'] === true,
  })).toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent) || b.usedAt - a.usedAt)
}
