/** All credentials that verify, in memory: a sign-in reads nothing from the database. */
import type { OpenedRow } from '../../directory/rows/sealed-row.ts'
import type { Change } from '../../directory/rows/read-changes.ts'
import type { AppPasswordContent, CredentialContent, PasswordContent } from './content.ts'

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

export class CredentialMemory {
  readonly #byId = new Map<string, Credential>()
  readonly #passwords = new Map<string, Password>()
  readonly #byVerifier = new Map<string, AppPassword>()
  readonly #appPasswords = new Map<string, AppPassword[]>()

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

  isCurrent(id: string, version: number): boolean {
    return this.#byId.get(id)?.version === version
  }

  findPassword(personId: string): Password | undefined {
    return this.#passwords.get(personId)
  }

  findByVerifier(verifier: string): AppPassword | undefined {
    return this.#byVerifier.get(verifier)
  }

  appPasswordsOf(personId: string): readonly AppPassword[] {
    return this.#appPasswords.get(personId) ?? []
  }

  #add(credential: Credential): void {
    this.#byId.set(credential.id, credential)
    if (isPassword(credential)) this.#passwords.set(credential.personId, credential)
    else if (isAppPassword(credential)) {
      this.#byVerifier.set(credential.content.verifier, credential)
      const others = this.#appPasswords.get(credential.personId) ?? []
      this.#appPasswords.set(credential.personId, [...others, credential])
    }
  }

  #remove(id: string): void {
    const old = this.#byId.get(id)
    if (old === undefined) return
    this.#byId.delete(id)
    if (isPassword(old)) this.#passwords.delete(old.personId)
    else if (isAppPassword(old)) {
      this.#byVerifier.delete(old.content.verifier)
      const others = this.appPasswordsOf(old.personId).filter((each) => each.id !== id)
      if (others.length === 0) this.#appPasswords.delete(old.personId)
      else this.#appPasswords.set(old.personId, others)
    }
  }
}

function isPassword(credential: Credential): credential is Password {
  return credential.content.kind === 'password'
}

function isAppPassword(credential: Credential): credential is AppPassword {
  return credential.content.kind === 'app-password'
}
