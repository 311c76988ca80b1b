/** What is guarded is done at once, or after he has said again who he is. docs/sign-in.md, "Saying it again". */
import type { AskPasskey } from '../../kit/auth.ts'
import { Value } from '../../kit/observable.ts'
import { listOf, textOf, type Answer, type OwnApi } from '../../kit/own-api.ts'

export type ConfirmMethod = 'password' | 'totp' | 'recovery' | 'passkey'

export interface Asking {
  readonly methods: readonly ConfirmMethod[]
  readonly answer: (isConfirmed: boolean) => void
}

export type ConfirmFault = 'wrong' | 'throttled' | 'unreachable' | 'noPasskey'

const turnedAway: Answer = { isDone: false, why: 'turned-away', field: '' }

export class Guard {
  /** Undefined: nobody is asked. */
  readonly asking = new Value<Asking | undefined>(undefined)
  readonly fault = new Value<ConfirmFault | undefined>(undefined)
  readonly isWorking = new Value(false)
  readonly #api: OwnApi
  readonly #askPasskey: AskPasskey

  constructor(api: OwnApi, askPasskey: AskPasskey) {
    this.#api = api
    this.#askPasskey = askPasskey
  }

  async run(act: () => Promise<Answer>): Promise<Answer> {
    const answer = await act()
    if (answer.isDone || answer.why !== 'confirm-needed') return answer
    return (await this.#ask()) ? act() : turnedAway
  }

  async confirm(method: 'password' | 'totp' | 'recovery', typed: string): Promise<void> {
    const shown =
      method === 'password'
        ? { method, password: typed }
        : { method, code: typed.replaceAll(/\s/g, '') }
    await this.#show(() => this.#api.confirm(shown))
  }

  async confirmByPasskey(): Promise<void> {
    await this.#show(async () => {
      const asked = await this.#api.post('/auth/confirm/passkey/options', {})
      if (!asked.isDone) return asked
      const { ceremony, options } = asked.body
      let response: unknown
      try {
        response = await this.#askPasskey(options)
      } catch {
        // He turned it away, or there is none for this place.
        return turnedAway
      }
      return this.#api.confirm({ method: 'passkey', ceremony, response })
    })
  }

  turnAway(): void {
    this.#end(false)
  }

  /** One question at a time: who asks meanwhile is turned away. */
  async #ask(): Promise<boolean> {
    if (this.asking.value !== undefined) return false
    const factors = await this.#api.get('/auth/factors')
    if (!factors.isDone) return false
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const kinds = listOf(factors.body['factors'], ({ kind }) => textOf(kind))
    const codes = factors.body['recoveryCodesLeft']
    const methods: ConfirmMethod[] = (['passkey', 'totp'] as const).filter((one) =>
      kinds.includes(one),
    )
    if (methods.length > 0 && typeof codes === 'number' && codes > 0) methods.push('recovery')
    if (methods.length === 0) methods.push('password')
    this.fault.set(undefined)
    this.asking.set({ methods, answer: resolve })
    return promise
  }

  async #show(ask: () => Promise<Answer>): Promise<void> {
    if (this.isWorking.value) return
    this.isWorking.set(true)
    this.fault.set(undefined)
    const answer = await ask()
    this.isWorking.set(false)
    if (answer.isDone) this.#end(true)
    else this.fault.set(faultOf(answer.why))
  }

  #end(isConfirmed: boolean): void {
    const { value } = this.asking
    this.asking.set(undefined)
    value?.answer(isConfirmed)
  }
}

function faultOf(why: string): ConfirmFault {
  if (why === 'turned-away') return 'noPasskey'
  return why === 'throttled' || why === 'unreachable' ? why : 'wrong'
}
