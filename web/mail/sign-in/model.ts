/** Signing in, step by step. */
import type { Auth, Refused, SignInAnswer } from '../../kit/auth.ts'
import { Value } from '../../kit/observable.ts'

export type Step =
  | { readonly kind: 'password' }
  | { readonly kind: 'second-factor'; readonly methods: readonly string[] }

export type Fault = Refused | 'refusedCode'

export class SignIn {
  readonly step = new Value<Step>({ kind: 'password' })
  readonly fault = new Value<Fault | undefined>(undefined)
  readonly isWorking = new Value(false)
  readonly #auth: Auth
  readonly #onDone: () => Promise<void>

  constructor(auth: Auth, onDone: () => Promise<void>) {
    this.#auth = auth
    this.#onDone = onDone
  }

  password(address: string, password: string): Promise<void> {
    return this.#try(() => this.#auth.signIn(address.trim(), password), 'refused')
  }

  code(method: string, code: string): Promise<void> {
    return this.#try(
      () => this.#auth.secondFactor(method, code.replaceAll(/\s/g, '')),
      'refusedCode',
    )
  }

  startAgain(): void {
    this.fault.set(undefined)
    this.step.set({ kind: 'password' })
  }

  async #try(ask: () => Promise<SignInAnswer>, refused: Fault): Promise<void> {
    if (this.isWorking.value) return
    this.isWorking.set(true)
    this.fault.set(undefined)
    try {
      const answer = await ask()
      if (answer.kind === 'signed-in') await this.#onDone()
      else if (answer.kind === 'second-factor') this.step.set(answer)
      else this.fault.set(answer.kind === 'refused' ? refused : answer.kind)
    } finally {
      this.isWorking.set(false)
    }
  }
}
