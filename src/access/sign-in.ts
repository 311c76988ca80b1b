/**
 * Sign-in: the same answer in the same time for somebody's identity and for nobody's. The shape of
 * what was given as password decides which work is done, before anybody is looked up.
 */
import type { Audit } from '../audit/types.ts'
import type { Clock, Millis } from '../base/clock.ts'
import { newId } from '../base/id.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import type { Directory, Person } from '../directory/types.ts'
import type { Keys } from '../keys/types.ts'
import type { Giving } from './credentials/content.ts'
import { parseAppPassword, verifierOf } from './credentials/app-password.ts'
import type { LastUse } from './credentials/last-use.ts'
import {
  isAppPassword,
  isPassword,
  isProgram,
  type AppPassword,
  type Credential,
  type CredentialMemory,
  type Password,
} from './credentials/memory.ts'
import { fakeHash, verifyPassword } from './credentials/password.ts'
import { WorkQueue } from './credentials/work-queue.ts'
import { resolveIdentity, type Identity } from './identity.ts'
import { argon2RunningMax, argon2WaitingMax, throttledEntryEveryMs } from './limits.ts'
import { findPrepared } from './sasl/prepare.ts'
import type { Basis, Sessions } from './sessions.ts'
import type { RestsOn } from './tokens/session-rows.ts'
import { networkOf } from './throttle/network.ts'
import type { Attempted, Throttle } from './throttle/throttle.ts'
import type { Attempt, Door, Principal } from './types.ts'

export interface SignInParts {
  readonly clock: Clock
  readonly keys: Pick<Keys, 'platform' | 'directory' | 'pepper'>
  readonly directory: Directory
  readonly audit: Audit
  readonly credentials: CredentialMemory
  readonly sessions: Sessions
  readonly throttle: Throttle
  readonly lastUse: LastUse
  /** May a chosen password be used at this door? Mail programs should have app passwords. */
  readonly allowsMainPassword: (door: Door) => boolean
  /** Once it is, nobody signs in with what another gave him alone. */
  readonly isFounded: () => boolean
}

/** One attempt as it goes through the steps. */
export interface Claim {
  readonly attempt: Attempt
  readonly mechanism: string
  readonly identity: Identity
  readonly attempted: Attempted
  readonly authorizeAs: string
}

export interface Given {
  readonly identity: string
  readonly password: string
  readonly authorizeAs: string
}

/** Who he is has been proved as far as a credential of his does it. */
export interface Proved {
  readonly claim: Claim
  readonly person: Person
  readonly credential: Credential
  /** What he showed is over then, before the credential is. */
  readonly until?: Millis
}

export class SignIn {
  readonly #parts: SignInParts
  readonly #queue = new WorkQueue(argon2RunningMax, argon2WaitingMax)
  #throttledEntryAt: Millis = -Infinity

  constructor(parts: SignInParts) {
    this.#parts = parts
  }

  async withPassword(attempt: Attempt, mechanism: string, given: Given): Promise<Principal> {
    return this.finish(await this.provePassword(attempt, mechanism, given))
  }

  /** The first half of a sign-in: nobody is signed in by it, and no success is recorded. */
  async provePassword(attempt: Attempt, mechanism: string, given: Given): Promise<Proved> {
    const password = findPrepared(given.password)
    const bare = password === undefined ? undefined : parseAppPassword(password)
    const claim = await this.claim(attempt, mechanism, {
      ...given,
      isGuessable: bare === undefined,
    })
    if (bare !== undefined) return this.prove(claim, this.#findAppPassword(claim, bare))
    return this.prove(claim, await this.#findMainPassword(claim, password ?? ''))
  }

  /** @throws Refusal('throttled') before any work is done. */
  async claim(
    attempt: Attempt,
    mechanism: string,
    given: {
      readonly identity: string
      readonly authorizeAs: string
      readonly isGuessable: boolean
    },
  ): Promise<Claim> {
    const { directory, clock, throttle } = this.#parts
    const identity = resolveIdentity(directory, given.identity, clock.now())
    const attempted = {
      identity: identity.key,
      network: networkOf(attempt.remoteAddress),
      isGuessable: given.isGuessable,
    }
    const { authorizeAs } = given
    const claim = { attempt, mechanism, identity, attempted, authorizeAs }
    try {
      await throttle.check(attempted)
    } catch (error) {
      if (isRefusal(error, 'throttled')) await this.#recordThrottled(claim)
      throw error
    }
    return claim
  }

  /** App passwords he might use at this door; none for nobody. */
  usableAppPasswords({ identity, attempt }: Claim): readonly AppPassword[] {
    const { person } = identity
    if (person === undefined) return []
    return this.#parts.credentials
      .appPasswordsOf(person.id)
      .filter((each) => this.#isUsable(each, person, attempt.door))
  }

  /** The end of every mechanism: the credential that was proved, or undefined. */
  async conclude(claim: Claim, credential: Credential | undefined): Promise<Principal> {
    return this.finish(await this.prove(claim, credential))
  }

  /** The same answer for nobody and for a wrong password; who is suspended hears so if it is right. */
  async prove(claim: Claim, credential: Credential | undefined): Promise<Proved> {
    const { person } = claim.identity
    if (person === undefined || credential === undefined) return this.fail(claim)
    if (person.state === 'suspended') {
      await this.#recordFailure(claim, 'suspended')
      throw new Refusal('suspended')
    }
    return { claim, person, credential }
  }

  async fail(claim: Claim): Promise<never> {
    await this.countFailure(claim)
    throw new Refusal('bad-credentials')
  }

  async countFailure(claim: Claim): Promise<void> {
    await this.#parts.throttle.failed(claim.attempted)
    await this.#recordFailure(claim, 'bad-credentials')
  }

  /** `also`: what else of his must stay what it is, for the session to go on. */
  async finish(proved: Proved, also: readonly RestsOn[] = []): Promise<Principal> {
    const { claim, person, credential } = proved
    const openedAs = await this.#authorize(claim, person)
    this.#parts.throttle.succeeded(claim.attempted)
    this.#parts.lastUse.used(credential.id)
    const { content, id, version } = credential
    const expiresAt = proved.until ?? ('expiresAt' in content ? content.expiresAt : undefined)
    return this.#start(proved, openedAs, { kind: 'credential', id, version, expiresAt, also })
  }

  /** Somebody whom we believe said who he is; nothing of his own was shown. */
  async finishByProvider(claim: Claim, also: readonly RestsOn[]): Promise<Principal> {
    const { person } = claim.identity
    if (person === undefined) return this.fail(claim)
    if (person.state === 'suspended') {
      await this.#recordFailure(claim, 'suspended')
      throw new Refusal('suspended')
    }
    const basis = { kind: 'provider', expiresAt: undefined, also } as const
    return this.#start({ claim, person }, undefined, basis)
  }

  async #start(
    { claim: { attempt, mechanism }, person }: Pick<Proved, 'claim' | 'person'>,
    openedAs: string | undefined,
    basis: Basis,
  ): Promise<Principal> {
    const { clock, sessions, audit } = this.#parts
    const { id, departmentId, address } = person
    const principal = { id, departmentId, address, openedAs, sessionId: newId(clock) }
    await audit.recordAlone({
      kind: 'sign-in',
      outcome: 'success',
      door: attempt.door,
      mechanism,
      identity: id,
      principalId: id,
      sessionId: principal.sessionId,
      remoteAddress: attempt.remoteAddress,
    })
    sessions.start(principal, basis, { kind: attempt.door === 'admin' ? 'office' : 'mail' })
    return principal
  }

  /** Whose account is shown as INBOX. An authorization identity is himself or a post he holds. */
  async #authorize(claim: Claim, person: Person): Promise<string | undefined> {
    const { directory, clock } = this.#parts
    const { identity, authorizeAs } = claim
    if (authorizeAs === '') return identity.openedAs
    const as = resolveIdentity(directory, authorizeAs, clock.now())
    if (as.person?.id === person.id) return as.openedAs ?? identity.openedAs
    const target = directory.findAddress(authorizeAs)
    const held = directory
      .postsHeldBy(person.id, clock.now())
      .find((post) => target?.kind === 'account' && post.accountId === target.accountId)
    if (held !== undefined) return held.accountId
    await this.#recordFailure(claim, 'not-permitted')
    throw new Refusal('not-permitted', { what: 'authorization identity' })
  }

  #findAppPassword({ identity, attempt }: Claim, bare: string): AppPassword | undefined {
    const { keys, credentials } = this.#parts
    const found = credentials.findByVerifier(verifierOf(keys.pepper, bare))
    if (identity.person === undefined || found?.personId !== identity.person.id) return undefined
    return this.#isUsable(found, identity.person, attempt.door) ? found : undefined
  }

  /** App passwords stay behind when he moves to another department. */
  #isUsable({ content, departmentId }: AppPassword, person: Person, door: Door): boolean {
    if (departmentId !== person.departmentId || this.#isOver(content)) return false
    const { expiresAt } = content
    if (expiresAt !== undefined && this.#parts.clock.now() >= expiresAt) return false
    return content.scopes.some((scope) => scope === door)
  }

  async #findMainPassword(
    { identity, attempt }: Claim,
    password: string,
  ): Promise<Credential | undefined> {
    const { keys, credentials } = this.#parts
    const kept = identity.person && credentials.findPassword(identity.person.id)
    const fake = fakeHash(keys.platform.hash('fake-salt', identity.key))
    const hash = kept?.content.hash ?? fake
    const isRight = await this.#queue.run(() => verifyPassword(keys.pepper, password, hash))
    if (!isRight || kept === undefined) return undefined
    return this.#isPasswordUsable(kept, attempt.door) ? kept : undefined
  }

  #isPasswordUsable({ content, personId }: Password, door: Door): boolean {
    const { credentials, allowsMainPassword } = this.#parts
    if (this.#isOver(content) || !allowsMainPassword(door)) return false
    // Who has a second factor is not in by less: in a mail program he has an app password.
    const isAskedMore = door === 'http' || door === 'admin'
    return isAskedMore || !credentials.hasFactor(personId)
  }

  /** Whether what he signed in with would open another door as well. */
  opensToo(principal: Principal, door: Door): boolean {
    const { sessions, credentials, directory } = this.#parts
    const basis = sessions.basisOf(principal)
    const person = directory.person(principal.id)
    if (basis?.kind !== 'credential' || person === undefined) return false
    const used = credentials.find(basis.id)
    if (used === undefined) return false
    if (isPassword(used)) return this.#isPasswordUsable(used, door)
    if (isAppPassword(used)) return this.#isUsable(used, person, door)
    // Programs that OAuth let in show a token, which is good at each door of its scopes.
    return isProgram(used) && used.content.scopes.some((scope) => scope === door)
  }

  #isOver({ isProvisional }: Giving): boolean {
    return isProvisional === true && this.#parts.isFounded()
  }

  /** One entry in a while: a flood of attempts must not become a flood of entries. */
  async #recordThrottled(claim: Claim): Promise<void> {
    const now = this.#parts.clock.now()
    if (now < this.#throttledEntryAt + throttledEntryEveryMs) return
    this.#throttledEntryAt = now
    await this.#recordFailure(claim, 'throttled')
  }

  async #recordFailure({ attempt, mechanism, identity }: Claim, reason: string): Promise<void> {
    const { audit, keys } = this.#parts
    const pseudonym = () => keys.platform.hash('identity-pseudonym', identity.key).toString('hex')
    await audit.recordAlone({
      kind: 'sign-in',
      outcome: 'failure',
      door: attempt.door,
      mechanism,
      identity: identity.person?.id ?? pseudonym(),
      remoteAddress: attempt.remoteAddress,
      reason,
    })
  }
}
