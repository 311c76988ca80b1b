/** One's own password, second factors and recovery codes. */
import { Loaded } from '../../../kit/loaded.ts'
import { Value } from '../../../kit/observable.ts'
import { listOf, numberOf, textOf, type Answer, type OwnApi } from '../../../kit/own-api.ts'
import type { Guard } from '../guard.ts'

/** What the server takes at least. */
export const passwordCharactersMin = 12

export interface Factor {
  readonly id: string
  readonly kind: 'passkey' | 'totp'
  readonly label: string
  readonly createdAt: number
  readonly usedAt: number | undefined
}

export interface Factors {
  readonly factors: readonly Factor[]
  readonly recoveryCodesLeft: number
}

/** A code generator about to be set up. */
export interface TotpOffer {
  readonly ceremony: string
  readonly secret: string
  readonly uri: string
}

export type PasswordFault = 'tooShort' | 'notTheSame' | 'notPresent' | 'notTaken'

/** Makes a passkey with the options given; its answer in JSON. */
export type MakePasskey = (options: unknown) => Promise<unknown>

const turnedAway: Answer = { isDone: false, why: 'turned-away', field: '' }

export class Security {
  readonly list: Loaded<Factors>
  readonly passwordFault = new Value<PasswordFault | undefined>(undefined)
  readonly totp = new Value<TotpOffer | undefined>(undefined)
  /** New recovery codes, until he has kept them: the only time they are seen. */
  readonly codes = new Value<readonly string[] | undefined>(undefined)
  readonly #api: OwnApi
  readonly #guard: Guard
  readonly #onNewSession: () => void

  constructor(api: OwnApi, guard: Guard, onNewSession: () => void) {
    this.#api = api
    this.#guard = guard
    this.#onNewSession = onNewSession
    this.list = new Loaded(() => api.get('/auth/factors'), readFactors)
  }

  /** @returns undefined where nothing was asked: `passwordFault` says why. */
  async changePassword(
    present: string,
    password: string,
    again: string,
  ): Promise<Answer | undefined> {
    this.passwordFault.set(undefined)
    if (password !== again) return this.passwordFault.set('notTheSame') as undefined
    if (password.length < passwordCharactersMin)
      return this.passwordFault.set('tooShort') as undefined
    const body = { ...(present === '' ? {} : { present }), password }
    const answer = await this.#guard.run(() => this.#api.post('/auth/password', body))
    if (answer.isDone) this.#onNewSession()
    else if (answer.why === 'invalid') {
      this.passwordFault.set(answer.field === 'present' ? 'notPresent' : 'notTaken')
      return undefined
    }
    return answer
  }

  async beginTotp(): Promise<Answer> {
    const answer = await this.#guard.run(() => this.#api.post('/auth/factors/totp/options', {}))
    if (answer.isDone) {
      const { ceremony, secret, uri } = answer.body
      this.totp.set({ ceremony: textOf(ceremony), secret: textOf(secret), uri: textOf(uri) })
    }
    return answer
  }

  /** With the first code it shows. */
  async addTotp(label: string, code: string): Promise<Answer> {
    const { value } = this.totp
    if (value === undefined) return turnedAway
    const body = { ceremony: value.ceremony, label, code: code.replaceAll(/\s/g, '') }
    const answer = await this.#guard.run(() => this.#api.post('/auth/factors/totp', body))
    if (answer.isDone) {
      this.totp.set(undefined)
      await this.#added(answer)
    }
    return answer
  }

  async addPasskey(label: string, make: MakePasskey): Promise<Answer> {
    const begun = await this.#guard.run(() => this.#api.post('/auth/factors/passkey/options', {}))
    if (!begun.isDone) return begun
    const { ceremony, options } = begun.body
    let response: unknown
    try {
      response = await make(options)
    } catch {
      // He turned it away, or the browser cannot.
      return turnedAway
    }
    const body = { ceremony, label, response }
    const answer = await this.#guard.run(() => this.#api.post('/auth/factors/passkey', body))
    if (answer.isDone) await this.#added(answer)
    return answer
  }

  async remove(id: string): Promise<Answer> {
    const path = `/auth/factors/${encodeURIComponent(id)}`
    const answer = await this.#guard.run(() => this.#api.delete(path))
    await this.list.read()
    return answer
  }

  async makeCodes(): Promise<Answer> {
    const answer = await this.#guard.run(() => this.#api.post('/auth/recovery-codes', {}))
    if (answer.isDone) await this.#added(answer)
    return answer
  }

  /** With the first factor come recovery codes. */
  async #added({ body }: Extract<Answer, { isDone: true }>): Promise<void> {
    const { recoveryCodes } = body
    if (Array.isArray(recoveryCodes)) this.codes.set(recoveryCodes.map(textOf))
    await this.list.read()
  }
}

function readFactors(body: Readonly<Record<string, unknown>>): Factors {
  return {
    factors: listOf(body['factors'], (one) => {
      const { kind } = one
      if (kind !== 'passkey' && kind !== 'totp') return undefined
      return {
        id: textOf(one['id']),
        kind,
        label: textOf(one['label']),
        createdAt: numberOf(one['createdAt']) ?? 0,
        usedAt: numberOf(one['usedAt']),
      }
    }),
    recoveryCodesLeft: numberOf(body['recoveryCodesLeft']) ?? 0,
  }
}
