/** All credentials that verify, in memory: a sign-in reads nothing from the database. */
import type { OpenedRow } from '../../directory/rows/sealed-row.ts'
import type { Change } from '../../directory/rows/read-changes.ts'
import type {
  AppPasswordContent,
  CredentialContent,
  PasskeyContent,
  PasswordContent,
  ProgramContent,
  RecoveryContent,
  TotpContent,
} from './content.ts'

export interface Credential<C extends CredentialContent = CredentialContent> {
  readonly id: string
  readonly personId: string
  /** Where he was when it was made. */
  readonly departmentId: string
  /** A changed credential is another one to the sessions that rest on it. */
  readonly version: number
  readonly content: C
}
export type AppPassword = Credential<AppPasswordContent>
export type Password = Credential<PasswordContent>
export type Totp = Credential<TotpContent>
export type Passkey = Credential<PasskeyContent>
export type Factor = Totp | Passkey
export type Program = Credential<ProgramContent>
export type RecoveryCodes = Credential<RecoveryContent>

export class CredentialMemory {
  readonly #byId = new Map<string, Credential>()
  readonly #byVerifier = new Map<string, AppPassword>()
  readonly #byWebauthnId = new Map<string, Passkey>()
  readonly #byPerson = new Map<string, readonly Credential[]>()

  apply(changes: readonly Change[]): void {
    for (const { id, row } of changes) {
      this.#remove(id)
      if (row === undefined || row.state !== 'active' || row.parentId === undefined) continue
      // `openRow` verified what the writers of this room sealed: a CredentialContent.
      const { parentId: personId, departmentId } = row
      const { version, content } = row as OpenedRow<CredentialContent>
      this.#add({ id, personId, departmentId, version, content })
    }
  }

  find(id: string): Credential | undefined {
    return this.#byId.get(id)
  }

  isCurrent(id: string, version: number): boolean {
    return this.#byId.get(id)?.version === version
  }

  findPassword(personId: string): Password | undefined {
    return this.#of(personId).find(isPassword)
  }

  findByVerifier(verifier: string): AppPassword | undefined {
    return this.#byVerifier.get(verifier)
  }

  appPasswordsOf(personId: string): readonly AppPassword[] {
    return this.#of(personId).filter(isAppPassword)
  }

  factorsOf(personId: string): readonly Factor[] {
    return this.#of(personId).filter(isFactor)
  }

  passkeysOf(personId: string): readonly Passkey[] {
    return this.#of(personId).filter(isPasskey)
  }

  /** From now on a password alone is not enough for him, anywhere. */
  hasFactor(personId: string): boolean {
    return this.#of(personId).some(isFactor)
  }

  findPasskey(webauthnId: string): Passkey | undefined {
    return this.#byWebauthnId.get(webauthnId)
  }

  programsOf(personId: string): readonly Program[] {
    return this.#of(personId).filter(isProgram)
  }

  findProgram(id: string): Program | undefined {
    const found = this.#byId.get(id)
    return found !== undefined && isProgram(found) ? found : undefined
  }

  passkeyNames(): readonly string[] {
    return [...new Set([...this.#byWebauthnId.values()].map(({ content }) => content.rpId))]
  }

  findRecoveryCodes(personId: string): RecoveryCodes | undefined {
    return this.#of(personId).find(isRecovery)
  }

  #of(personId: string): readonly Credential[] {
    return this.#byPerson.get(personId) ?? []
  }

  #add(credential: Credential): void {
    const { id, personId } = credential
    this.#byId.set(id, credential)
    this.#byPerson.set(personId, [...this.#of(personId), credential])
    if (isAppPassword(credential)) this.#byVerifier.set(credential.content.verifier, credential)
    if (isPasskey(credential)) this.#byWebauthnId.set(credential.content.webauthnId, credential)
  }

  #remove(id: string): void {
    const old = this.#byId.get(id)
    if (old === undefined) return
    this.#byId.delete(id)
    const others = this.#of(old.personId).filter((each) => each.id !== id)
    if (others.length === 0) this.#byPerson.delete(old.personId)
    else this.#byPerson.set(old.personId, others)
    if (isAppPassword(old)) this.#byVerifier.delete(old.content.verifier)
    if (isPasskey(old)) this.#byWebauthnId.delete(old.content.webauthnId)
  }
}

export function isPassword(credential: Credential): credential is Password {
  return credential.content.kind === 'password'
}

export function isAppPassword(credential: Credential): credential is AppPassword {
  return credential.content.kind === 'app-password'
}

function isFactor(credential: Credential): credential is Factor {
  return credential.content.kind === 'totp' || isPasskey(credential)
}

function isPasskey(credential: Credential): credential is Passkey {
  return credential.content.kind === 'passkey'
}

export function isProgram(credential: Credential): credential is Program {
  return credential.content.kind === 'program'
}

function isRecovery(credential: Credential): credential is RecoveryCodes {
  return credential.content.kind === 'recovery'
}
