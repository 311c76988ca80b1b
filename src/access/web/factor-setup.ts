/** A person adds and removes his own factors. Who may not be in before he has one adds it first. */
import { Refusal } from '../../base/refusal.ts'
import type { Audit } from '../../audit/types.ts'
import type { Person } from '../../directory/types.ts'
import type { FactorContent } from '../credentials/content.ts'
import { findLastUse } from '../credentials/last-use.ts'
import { checkRegistration, registrationOptions } from '../factors/passkey.ts'
import { raiseFactorUse } from '../factors/factor-use.ts'
import { formatBase32 } from '../factors/base32.ts'
import { findTotpStep, newTotpSecret, totpUri } from '../factors/totp.ts'
import { stepLivesMs } from '../limits.ts'
import type { Sessions } from '../sessions.ts'
import type { Principal, WritingGate } from '../types.ts'
import { addFactor } from '../write/add-factor.ts'
import type { CredentialWriting } from '../write/credential-writing.ts'
import { makeRecoveryCodes } from '../write/recovery-codes.ts'
import { removeFactor } from '../write/remove-factor.ts'
import type { FactorParts, SecondFactors } from './second-factors.ts'
import type { SignInSteps } from './sign-in-steps.ts'
import type {
  AddedFactor,
  Adding,
  FactorList,
  NewFactorShown,
  PasskeyCeremony,
  TotpCeremony,
  WebSession,
} from './types.ts'

export interface SetupParts extends FactorParts {
  readonly audit: Audit
  readonly sessions: Sessions
  readonly factors: SecondFactors
  readonly signInSteps: SignInSteps
  readonly gateFor: (principal: Principal) => WritingGate
  readonly isPasswordEnough: () => boolean
  /** Refusal('not-permitted') when he said too long ago who he is. */
  readonly requireFresh: (session: WebSession) => Promise<void>
}

/** What was shown of a new factor, checked; `use` is what it has shown by that. */
interface CheckedFactor {
  readonly content: FactorContent
  readonly use: number
}

export class FactorSetup {
  readonly #parts: SetupParts

  constructor(parts: SetupParts) {
    this.#parts = parts
  }

  async list({ principal }: WebSession): Promise<FactorList> {
    const { credentials, database } = this.#parts
    const factors = []
    for (const { id, content } of credentials.factorsOf(principal.id)) {
      const { kind, label, createdAt } = content
      factors.push({ id, kind, label, createdAt, usedAt: await findLastUse(database, id) })
    }
    const codes = credentials.findRecoveryCodes(principal.id)?.content.hashes
    return { factors, recoveryCodesLeft: codes?.length ?? 0 }
  }

  async beginTotp(adding: Adding): Promise<TotpCeremony> {
    const person = await this.#personOf(adding)
    const { steps, relyingParty } = this.#parts
    const secret = newTotpSecret()
    const content = {
      step: 'totp',
      personId: person.id,
      secret: secret.toString('base64'),
    } as const
    const ceremony = await steps.begin(content, stepLivesMs)
    const uri = totpUri(secret, relyingParty.name, person.address)
    return { ceremony, secret: formatBase32(secret), uri }
  }

  async beginPasskey(adding: Adding): Promise<PasskeyCeremony> {
    const { id: personId, address, names } = await this.#personOf(adding)
    const { steps, relyingParty, factors, credentials } = this.#parts
    const owner = { handle: factors.handleOf(personId), address, name: names.en }
    const existing = credentials.passkeysOf(personId)
    const options = await registrationOptions(relyingParty, owner, existing)
    const { challenge } = options
    const content = { step: 'passkey', purpose: 'add', personId, challenge } as const
    return { ceremony: await steps.begin(content, stepLivesMs), options }
  }

  async add(adding: Adding, shown: NewFactorShown): Promise<AddedFactor> {
    const person = await this.#personOf(adding)
    const checked = await this.#check(person.id, shown)
    if (checked === undefined)
      throw new Refusal('invalid', { field: shown.kind === 'totp' ? 'code' : 'response' })
    if ('session' in adding) {
      const { principal } = adding.session
      return { ...(await this.#write(principal, checked)), opened: undefined }
    }
    return this.#addAndOpen(adding, shown.kind, checked)
  }

  async remove(session: WebSession, id: string, remoteAddress: string): Promise<void> {
    const { database, requireFresh, refresh, isPasswordEnough } = this.#parts
    await requireFresh(session)
    const { principal } = session
    const writing = this.writingFor(principal, remoteAddress)
    const given = { personId: principal.id, id, mayBeLast: isPasswordEnough() }
    await database.transaction((tx) => removeFactor(tx, writing, given))
    await refresh()
  }

  async makeCodes(session: WebSession, remoteAddress: string): Promise<readonly string[]> {
    const { database, requireFresh, refresh, credentials } = this.#parts
    await requireFresh(session)
    const personId = session.principal.id
    if (!credentials.hasFactor(personId))
      throw new Refusal('not-found', { message: 'There is no factor that codes stand in for.' })
    const writing = this.writingFor(session.principal, remoteAddress)
    const codes = await database.transaction((tx) => makeRecoveryCodes(tx, writing, { personId }))
    await refresh()
    return codes
  }

  writingFor(principal: Principal, remoteAddress?: string): CredentialWriting {
    const { keys, clock, audit, gateFor } = this.#parts
    const from = remoteAddress === undefined ? {} : { remoteAddress }
    const actor = { principalId: principal.id, sessionId: principal.sessionId, ...from }
    return { keys, clock, audit, actor, requireGrant: gateFor(principal) }
  }

  /** His password was right and he had nothing else: with this he is in. */
  async #addAndOpen(
    { stepToken, from }: Extract<Adding, { stepToken: string }>,
    kind: NewFactorShown['kind'],
    checked: CheckedFactor,
  ): Promise<AddedFactor> {
    const { signInSteps, steps, credentials } = this.#parts
    const { proved } = await signInSteps.resume(from, stepToken)
    const step = await steps.take('proved', stepToken)
    if (step === undefined || credentials.hasFactor(step.personId))
      throw new Refusal('bad-credentials')
    const opened = await signInSteps.finish(from, proved, `password+${kind}`)
    const added = await this.#write(opened.session.principal, checked)
    const session = { ...opened.session, hasSecondFactor: true }
    return { ...added, opened: { ...opened, session } }
  }

  async #write(
    principal: Principal,
    { content, use }: CheckedFactor,
  ): Promise<Omit<AddedFactor, 'opened'>> {
    const { database, refresh, credentials } = this.#parts
    const personId = principal.id
    const writing = this.writingFor(principal)
    const isFirst = !credentials.hasFactor(personId)
    const written = await database.transaction(async (tx) => {
      const id = await addFactor(tx, writing, { personId, content })
      const codes = isFirst ? await makeRecoveryCodes(tx, writing, { personId }) : undefined
      return { id, recoveryCodes: codes }
    })
    const uses = { ...this.#parts, onAlarm: () => undefined }
    if (use > 0) await raiseFactorUse(uses, written.id, use)
    await refresh()
    return written
  }

  async #check(personId: string, shown: NewFactorShown): Promise<CheckedFactor | undefined> {
    const { clock, steps, relyingParty } = this.#parts
    const createdAt = clock.now()
    const { label } = shown
    if (shown.kind === 'totp') {
      const begun = await steps.find('totp', shown.ceremony)
      if (begun?.personId !== personId) return undefined
      const secret = Buffer.from(begun.secret, 'base64')
      const use = findTotpStep(secret, shown.code, { now: createdAt, last: -1 })
      if (use === undefined || (await steps.take('totp', shown.ceremony)) === undefined)
        return undefined
      return { content: { kind: 'totp', label, secret: begun.secret, createdAt }, use }
    }
    const begun = await steps.take('passkey', shown.ceremony)
    if (begun?.purpose !== 'add' || begun.personId !== personId) return undefined
    const given = { ...shown, challenge: begun.challenge }
    const checked = await checkRegistration(relyingParty, given)
    if (checked === undefined) return undefined
    const { passkey, counter } = checked
    return { content: { kind: 'passkey', label, createdAt, ...passkey }, use: counter }
  }

  /** Somebody signed in has to have said lately who he is; the other has just said his password. */
  async #personOf(adding: Adding): Promise<Person> {
    const { directory, requireFresh, signInSteps, credentials } = this.#parts
    if ('session' in adding) {
      await requireFresh(adding.session)
      const person = directory.person(adding.session.principal.id)
      if (person === undefined) throw new Refusal('bad-credentials')
      return person
    }
    const { person } = await signInSteps.resume(adding.from, adding.stepToken)
    // Who has one shows it; he does not add another beside it.
    if (credentials.hasFactor(person.id)) throw new Refusal('bad-credentials')
    return person
  }
}
