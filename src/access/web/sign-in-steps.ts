/**
 * How a person comes in by a browser: a password, then a second factor where he has one; or a passkey
 * that knows its owner, alone. Who has none and needs one adds it before he is in. Architecture D14.
 */
import { Refusal } from '../../base/refusal.ts'
import type { Person } from '../../directory/types.ts'
import type { Credential } from '../credentials/memory.ts'
import { stepLivesMs, stepTriesMax } from '../limits.ts'
import type { Claim, Proved, SignIn } from '../sign-in.ts'
import type { RestsOn } from '../tokens/session-rows.ts'
import type { Attempt, Principal } from '../types.ts'
import type { FactorParts, SecondFactors } from './second-factors.ts'
import type {
  IdentityProvider,
  OpenedWebSession,
  PasskeyCeremony,
  ShownFactor,
  SignInStep,
  WebClient,
  WebStep,
} from './types.ts'

export interface StepsParts extends FactorParts {
  readonly signIn: SignIn
  readonly factors: SecondFactors
  /** Is a password alone enough for who has no factor? */
  readonly isPasswordEnough: () => boolean
  readonly provider?: IdentityProvider | undefined
  /** Makes the row that is his session from now on, and ends the one he signed in with. */
  readonly open: (
    principal: Principal,
    from: WebClient,
    mechanism: string,
  ) => Promise<OpenedWebSession>
}

/** A password that was right, and of whom. */
export interface Resumed {
  readonly person: Person
  readonly proved: Proved
}

type ProvedStep = Extract<WebStep, { step: 'proved' }>

export class SignInSteps {
  readonly #parts: StepsParts

  constructor(parts: StepsParts) {
    this.#parts = parts
  }

  async withPassword(from: WebClient, address: string, password: string): Promise<SignInStep> {
    const { signIn, factors, credentials, isPasswordEnough } = this.#parts
    const given = { identity: address, password, authorizeAs: '' }
    const proved = await signIn.provePassword(attemptOf(from), 'password', given)
    const { id } = proved.person
    const hasFactor = credentials.hasFactor(id)
    if (!hasFactor && isPasswordEnough()) {
      const opened = await this.finish(from, proved, 'password')
      return { kind: 'session', ...opened }
    }
    const token = await this.#beginStep(proved, 0)
    if (hasFactor) return { kind: 'second-factor', token, methods: factors.methodsOf(id) }
    return { kind: 'add-factor', token, methods: ['passkey', 'totp'] }
  }

  async withFactor(from: WebClient, token: string, shown: ShownFactor): Promise<SignInStep> {
    const { factors, signIn, steps } = this.#parts
    const { proved } = await this.resume(from, token)
    // Who takes it first tries; each try needs a token of its own.
    const step = await steps.take('proved', token)
    if (step === undefined) throw new Refusal('bad-credentials')
    const right = await factors.check(proved.person.id, 'second-factor', shown)
    if (right === undefined) {
      await signIn.countFailure(proved.claim)
      const tries = step.tries + 1
      const next = tries < stepTriesMax ? await this.#beginStep(proved, tries) : undefined
      return { kind: 'wrong', token: next }
    }
    const mechanism = `password+${right.mechanism}`
    return { kind: 'session', ...(await this.finish(from, proved, mechanism)) }
  }

  async askForPasskey(token: string | undefined): Promise<PasskeyCeremony> {
    const { factors, steps } = this.#parts
    if (token === undefined) return factors.askForPasskey('sign-in')
    const step = await steps.find('proved', token)
    if (step === undefined) throw new Refusal('bad-credentials')
    return factors.askForPasskey('second-factor', step.personId)
  }

  /** It has asked its owner for a finger or a number: it is two factors in one. */
  async withPasskey(
    from: WebClient,
    shown: Extract<ShownFactor, { method: 'passkey' }>,
  ): Promise<OpenedWebSession> {
    const { factors, signIn, lastUse, credentials } = this.#parts
    // Of nobody yet: what fails is counted for the network it comes from.
    const stranger = await this.#claim(from, '', false)
    const found = await factors.identify(shown)
    if (found === undefined) return signIn.fail({ ...stranger, mechanism: 'passkey' })
    const claim = await this.#claim(from, found.person.address, false)
    const proved = await signIn.prove({ ...claim, mechanism: 'passkey' }, found.passkey)
    lastUse.used(found.passkey.id)
    const password = credentials.findPassword(found.person.id)
    return this.finish(from, proved, 'passkey', password === undefined ? [] : [password])
  }

  /** At the admin API both are given at once. Refusal('not-permitted'): right, and a code is missing. */
  async forOffice(
    remoteAddress: string,
    given: {
      readonly address: string
      readonly password: string
      readonly code?: string | undefined
    },
  ): Promise<Principal> {
    const { signIn, credentials, factors } = this.#parts
    const { address: identity, password, code } = given
    const attempt = { door: 'admin', remoteAddress, isTls: true } as const
    const asked = { identity, password, authorizeAs: '' }
    const proved = await signIn.provePassword(attempt, 'password', asked)
    const { id } = proved.person
    if (!credentials.hasFactor(id)) return signIn.finish(proved)
    if (code === undefined)
      throw new Refusal('not-permitted', {
        message:
          'Besides the password a code is needed, of the phone or for recovery: tamar login --code.',
      })
    const right =
      (await factors.check(id, 'sign-in', { method: 'totp', code })) ??
      (await factors.check(id, 'sign-in', { method: 'recovery', code }))
    if (right === undefined) return signIn.fail(proved.claim)
    const mechanism = `password+${right.mechanism}`
    return signIn.finish({ ...proved, claim: { ...proved.claim, mechanism } })
  }

  async beginProvider(redirectUri: string): Promise<{ token: string; url: string }> {
    const { steps } = this.#parts
    const { url, step } = await this.#provider().begin(redirectUri)
    return { token: await steps.begin({ ...step, step: 'provider' }, stepLivesMs), url }
  }

  /** How many factors it asks for is the provider's business; who he is among us is ours. */
  async withProvider(from: WebClient, token: string, answer: string): Promise<OpenedWebSession> {
    const { steps, signIn, credentials, open } = this.#parts
    const mechanism = 'provider'
    // Of nobody yet: what fails is counted for the network it comes from.
    const stranger = { ...(await this.#claim(from, '', false)), mechanism }
    const step = await steps.take('provider', token)
    const address = step && (await this.#provider().finish(answer, step))
    if (address === undefined) return signIn.fail(stranger)
    // Itself and no other: a sub-address or a post is not who he is.
    const claim = { ...(await this.#claim(from, address, false)), mechanism }
    if (claim.identity.openedAs !== undefined) return signIn.fail(stranger)
    const password = credentials.findPassword(claim.identity.person?.id ?? '')
    const also = password === undefined ? [] : [{ id: password.id, version: password.version }]
    return open(await signIn.finishByProvider(claim, also), from, mechanism)
  }

  #provider(): IdentityProvider {
    const { provider } = this.#parts
    if (provider === undefined) throw new Refusal('not-found')
    return provider
  }

  /** Refusal('bad-credentials'): there is no such step, or the password is another by now. */
  async resume(from: WebClient, token: string): Promise<Resumed> {
    const { steps, directory, credentials, signIn } = this.#parts
    const step = await steps.find('proved', token)
    const person = step && directory.person(step.personId)
    if (step === undefined || person === undefined) throw new Refusal('bad-credentials')
    const claim = await this.#claim(from, person.address, true)
    const proved = await signIn.prove(claim, this.#passwordOf(step, credentials))
    return { person, proved }
  }

  async finish(
    from: WebClient,
    { claim, ...proved }: Proved,
    mechanism: string,
    also: readonly Credential[] = [],
  ): Promise<OpenedWebSession> {
    const { signIn, open } = this.#parts
    const rests: readonly RestsOn[] = also.map(({ id, version }) => ({ id, version }))
    const principal = await signIn.finish({ ...proved, claim: { ...claim, mechanism } }, rests)
    return open(principal, from, mechanism)
  }

  #beginStep({ person, credential }: Proved, tries: number): Promise<string> {
    const { id: credentialId, version } = credential
    const content = { personId: person.id, credentialId, version, tries }
    return this.#parts.steps.begin({ step: 'proved', ...content }, stepLivesMs)
  }

  #passwordOf(step: ProvedStep, credentials: FactorParts['credentials']): Credential | undefined {
    const password = credentials.findPassword(step.personId)
    return password?.id === step.credentialId && password.version === step.version
      ? password
      : undefined
  }

  #claim(from: WebClient, identity: string, isGuessable: boolean): Promise<Claim> {
    const given = { identity, authorizeAs: '', isGuessable }
    return this.#parts.signIn.claim(attemptOf(from), 'password', given)
  }
}

export function attemptOf({ remoteAddress }: WebClient): Attempt {
  return { door: 'http', remoteAddress, isTls: true }
}
