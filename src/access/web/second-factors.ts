/** Is what somebody shows besides his password, or instead of it, his? Each is good once. */
import type { Clock } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Database } from '../../db/types.ts'
import type { Directory, Person } from '../../directory/types.ts'
import type { Keys } from '../../keys/types.ts'
import type { Credential, CredentialMemory, Passkey } from '../credentials/memory.ts'
import type { LastUse } from '../credentials/last-use.ts'
import { findFactorUse, raiseFactorUse, type FactorUses } from '../factors/factor-use.ts'
import {
  authenticationOptions,
  checkAuthentication,
  type RelyingParty,
  type Shown,
} from '../factors/passkey.ts'
import { findTotpStep } from '../factors/totp.ts'
import { stepLivesMs } from '../limits.ts'
import { useRecoveryCode } from '../write/recovery-codes.ts'
import type { Steps } from './steps.ts'
import type { FactorMethod, PasskeyCeremony, ShownFactor, WebStep } from './types.ts'

export interface FactorParts {
  readonly database: Database
  readonly keys: Keys
  readonly clock: Clock
  readonly directory: Directory
  readonly credentials: CredentialMemory
  readonly lastUse: LastUse
  readonly steps: Steps<WebStep>
  readonly relyingParty: RelyingParty
  /** Reads what was just written, on this node. */
  readonly refresh: () => Promise<void>
  readonly onFactorAlarm: (what: string, credentialId: string) => void
}

/** What was shown, and is right. */
export interface ShownRight {
  readonly mechanism: FactorMethod
  readonly credential: Credential
}

type Purpose = Extract<WebStep, { step: 'passkey' }>['purpose']

export class SecondFactors {
  readonly #parts: FactorParts
  readonly #uses: FactorUses

  constructor(parts: FactorParts) {
    this.#parts = parts
    const onAlarm = (id: string) => parts.onFactorAlarm('row-does-not-verify', id)
    this.#uses = { database: parts.database, keys: parts.keys, onAlarm }
  }

  /** What he can be asked for; none: a password is all he has. */
  methodsOf(personId: string): readonly FactorMethod[] {
    const { credentials } = this.#parts
    const kinds = new Set(
      this.#parts.credentials.factorsOf(personId).map(({ content }) => content.kind),
    )
    const methods: FactorMethod[] = (['passkey', 'totp'] as const).filter((kind) => kinds.has(kind))
    const codes = credentials.findRecoveryCodes(personId)?.content.hashes.length ?? 0
    return methods.length > 0 && codes > 0 ? [...methods, 'recovery'] : methods
  }

  /** Begins a ceremony with his passkeys; of nobody in particular: whoever it is says so. */
  async askForPasskey(purpose: Purpose, personId?: string): Promise<PasskeyCeremony> {
    const allowed = personId === undefined ? undefined : this.#passkeysOf(personId)
    if (allowed?.length === 0) throw new Refusal('not-found', { message: 'He has no passkey.' })
    const { relyingParty, steps } = this.#parts
    const options = await authenticationOptions(relyingParty, allowed)
    const { challenge } = options
    const content = { step: 'passkey', purpose, personId, challenge } as const
    return { ceremony: await steps.begin(content, stepLivesMs), options }
  }

  /** Undefined: it is not his, or was shown before. */
  async check(
    personId: string,
    purpose: Purpose,
    shown: ShownFactor,
  ): Promise<ShownRight | undefined> {
    const right = await this.#find(personId, purpose, shown)
    if (right !== undefined) this.#parts.lastUse.used(right.credential.id)
    return right
  }

  /** Who shows a passkey that knows its owner has said by it who he is. */
  async identify(
    shown: Extract<ShownFactor, { method: 'passkey' }>,
  ): Promise<{ readonly person: Person; readonly passkey: Passkey } | undefined> {
    const begun = await this.#parts.steps.take('passkey', shown.ceremony)
    if (begun?.purpose !== 'sign-in') return undefined
    const { credentials, directory } = this.#parts
    const passkey = credentials.findPasskey(idOf(shown.response))
    const person = passkey && directory.person(passkey.personId)
    if (passkey === undefined || person === undefined) return undefined
    if (!this.#isHandleOf(shown.response, person.id)) return undefined
    const given = { ...shown, challenge: begun.challenge }
    return (await this.#checkPasskey(passkey, given, true)) ? { person, passkey } : undefined
  }

  /** What an authenticator gives back when nobody was named. */
  handleOf(personId: string): Buffer {
    return this.#parts.keys.directory.hash('passkey-user', personId)
  }

  #find(personId: string, purpose: Purpose, shown: ShownFactor): Promise<ShownRight | undefined> {
    if (shown.method === 'passkey') return this.#findPasskey(personId, purpose, shown)
    if (shown.method === 'totp') return this.#findTotp(personId, shown.code)
    return this.#findRecovery(personId, shown.code)
  }

  async #findTotp(personId: string, code: string): Promise<ShownRight | undefined> {
    const { clock } = this.#parts
    for (const credential of this.#parts.credentials.factorsOf(personId)) {
      const { content } = credential
      if (content.kind !== 'totp') continue
      const last = await findFactorUse(this.#uses, credential.id)
      if (last === undefined) continue
      const secret = Buffer.from(content.secret, 'base64')
      const step = findTotpStep(secret, code, { now: clock.now(), last })
      if (step !== undefined && (await raiseFactorUse(this.#uses, credential.id, step)))
        return { mechanism: 'totp', credential }
    }
    return undefined
  }

  async #findRecovery(personId: string, code: string): Promise<ShownRight | undefined> {
    const { credentials, database, keys, refresh } = this.#parts
    const credential = credentials.findRecoveryCodes(personId)
    if (credential === undefined || !this.methodsOf(personId).includes('recovery')) return undefined
    const left = await database.transaction((tx) => useRecoveryCode(tx, keys, { personId, code }))
    if (left === undefined) return undefined
    await refresh()
    return { mechanism: 'recovery', credential }
  }

  async #findPasskey(
    personId: string,
    purpose: Purpose,
    shown: Extract<ShownFactor, { method: 'passkey' }>,
  ): Promise<ShownRight | undefined> {
    const begun = await this.#parts.steps.take('passkey', shown.ceremony)
    if (begun?.purpose !== purpose || begun.personId !== personId) return undefined
    const credential = this.#passkeysOf(personId).find(
      ({ content }) => content.webauthnId === idOf(shown.response),
    )
    if (credential === undefined) return undefined
    const given = { ...shown, challenge: begun.challenge }
    return (await this.#checkPasskey(credential, given, false))
      ? { mechanism: 'passkey', credential }
      : undefined
  }

  async #checkPasskey(passkey: Passkey, shown: Shown, isAlone: boolean): Promise<boolean> {
    const counter = await findFactorUse(this.#uses, passkey.id)
    if (counter === undefined) return false
    const { relyingParty } = this.#parts
    const next = await checkAuthentication(relyingParty, shown, { passkey, counter: 0, isAlone })
    if (next === undefined) return false
    // Those that live in a cloud do not count. Of the others a counter that stands still is a copy.
    if (next === 0 && counter <= 0) return true
    if (next > counter && (await raiseFactorUse(this.#uses, passkey.id, next))) return true
    this.#parts.onFactorAlarm('passkey-counter-went-back', passkey.id)
    return false
  }

  #passkeysOf(personId: string): readonly Passkey[] {
    const { credentials, relyingParty } = this.#parts
    return credentials
      .passkeysOf(personId)
      .filter(({ content }) => content.rpId === relyingParty.id)
  }

  #isHandleOf(response: unknown, personId: string): boolean {
    const handle = fieldOf(fieldOf(response, 'response'), 'userHandle')
    return handle === this.handleOf(personId).toString('base64url')
  }
}

/** It is looked up, and the library checks that what was signed is of it. */
function idOf(response: unknown): string {
  const id = fieldOf(response, 'id')
  return typeof id === 'string' ? id : ''
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}
