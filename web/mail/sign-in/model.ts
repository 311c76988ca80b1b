/** Signing in, step by step. */
import type { Auth, FactorAdded, Method, Refused, SignInAnswer, TotpOffer } from '../../kit/auth.ts'
import { Value } from '../../kit/observable.ts'

export type Step =
  | { readonly kind: 'password' }
  | { readonly kind: 'second-factor'; readonly methods: readonly Method[] }
  /** He has no factor and needs one. */
  | { readonly kind: 'add-factor'; readonly offer: TotpOffer }
  /** Shown once, then he is in. */
  | { readonly kind: 'recovery-codes'; readonly codes: readonly string[] }

export type Fault = Refused | 'wrongCode'

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
    return this.#try(() => this.#auth.signIn(address.trim(), password))
  }

  code(method: 'totp' | 'recovery', code: string): Promise<void> {
    return this.#try(() => this.#auth.code(method, code.replaceAll(/\s/g, '')))
  }

  passkey(): Promise<void> {
    return this.#try(() => this.#auth.passkey(this.step.value.kind === 'password'))
  }

  /** With the first code of the generator that was just set up. */
  addTotp(label: string, code: string): Promise<void> {
    const { value } = this.step
    return this.#work(async () => {
      if (value.kind !== 'add-factor') return
      const added = await this.#auth.addTotp(
        value.offer.ceremony,
        label,
        code.replaceAll(/\s/g, ''),
      )
      if (added === undefined) this.fault.set('wrongCode')
      else await this.#showCodes(added)
    })
  }

  finish(): Promise<void> {
    return this.#work(() => this.#onDone())
  }

  startAgain(): void {
    this.fault.set(undefined)
    this.step.set({ kind: 'password' })
  }

  async #showCodes({ recoveryCodes }: FactorAdded): Promise<void> {
    if (recoveryCodes.length === 0) await this.#onDone()
    else this.step.set({ kind: 'recovery-codes', codes: recoveryCodes })
  }

  #try(ask: () => Promise<SignInAnswer>): Promise<void> {
    return this.#work(async () => {
      const answer = await ask()
      if (answer.kind === 'signed-in') await this.#onDone()
      else if (answer.kind === 'second-factor') this.step.set({ ...answer, kind: 'second-factor' })
      else if (answer.kind === 'add-factor') await this.#offer()
      else this.#refuse(answer.kind)
    })
  }

  async #offer(): Promise<void> {
    const offer = await this.#auth.offerTotp()
    if (offer === undefined) this.fault.set('unreachable')
    else this.step.set({ kind: 'add-factor', offer })
  }

  #refuse(fault: Refused): void {
    // A step that is over begins with the password again.
    if (fault === 'signInAgain' || fault === 'refused') this.step.set({ kind: 'password' })
    this.fault.set(fault)
  }

  async #work(act: () => Promise<void>): Promise<void> {
    if (this.isWorking.value) return
    this.isWorking.set(true)
    this.fault.set(undefined)
    try {
      await act()
    } finally {
      this.isWorking.set(false)
    }
  }
}
