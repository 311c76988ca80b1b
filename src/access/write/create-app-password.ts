/** A new app password: shown once, here, and never again. Architecture D14. */
import type { Millis } from '../../base/clock.ts'
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { insertRows, readRows } from '../../directory/rows/write-rows.ts'
import { newAppPassword, parseAppPassword, verifierOf } from '../credentials/app-password.ts'
import {
  scopes as knownScopes,
  type AppPasswordContent,
  type CredentialContent,
  type Scope,
} from '../credentials/content.ts'
import { appPasswordsMax, labelCharactersMax } from '../limits.ts'
import { scramKeysOf, scramSalt } from '../sasl/scram-keys.ts'
import {
  credentialShelf,
  recordCredentialAct,
  requireMayWrite,
  type CredentialWriting,
} from './credential-writing.ts'

export interface NewAppPassword {
  readonly personId: string
  /** What the owner calls it. */
  readonly label: string
  readonly scopes: readonly Scope[]
  /** Undefined: until it is revoked. */
  readonly expiresAt?: Millis | undefined
}

export interface ShownAppPassword {
  readonly id: string
  readonly appPassword: string
}

export async function createAppPassword(
  tx: Tx,
  writing: CredentialWriting,
  input: NewAppPassword,
): Promise<ShownAppPassword> {
  const { personId } = input
  const appPassword = newAppPassword()
  // First, because what follows locks the heads of the feeds: nobody must wait for PBKDF2.
  const content = await contentOf(writing, input, appPassword)
  const { label, scopes, expiresAt } = input
  const may = await requireMayWrite(tx, writing, {
    personId,
    acts: { own: 'app-password.create-own', another: 'app-password.create-for-another' },
    input: { label, scopes, expiresAt },
  })
  const { departmentId, isProvisional } = may
  const shelf = credentialShelf(tx, writing)
  requireRoom(await readRows<CredentialContent>(shelf, 'parent_id', personId))
  const id = newId(writing.clock)
  await insertRows(shelf, [
    {
      id,
      departmentId,
      parentId: personId,
      accountId: undefined,
      state: 'active',
      lookup: undefined,
      content: { ...content, isProvisional },
    },
  ])
  const fields = ['label', 'scopes', 'expiresAt']
  await recordCredentialAct(tx, writing, may, { objectId: id, fields })
  return { id, appPassword }
}

async function contentOf(
  { keys, clock }: CredentialWriting,
  input: NewAppPassword,
  appPassword: string,
): Promise<AppPasswordContent> {
  const { personId, scopes, expiresAt } = input
  const label = input.label.normalize('NFC').trim()
  if (label === '' || label.length > labelCharactersMax)
    throw invalid('label', `A label has 1 to ${labelCharactersMax} characters.`)
  if (scopes.length === 0 || !scopes.every((scope) => knownScopes.includes(scope)))
    throw invalid('scopes', `An app password is for some of ${knownScopes.join(', ')}.`)
  if (expiresAt !== undefined && expiresAt <= clock.now())
    throw invalid('expiresAt', 'The app password would have expired already.')
  return {
    kind: 'app-password',
    label,
    scopes: [...new Set(scopes)],
    verifier: verifierOf(keys.pepper, parseAppPassword(appPassword) ?? ''),
    // The client hashes what was typed: the form that was shown.
    scram: await scramKeysOf(appPassword, scramSalt(keys, personId)),
    createdAt: clock.now(),
    expiresAt,
  }
}

function requireRoom(rows: readonly { readonly content: CredentialContent }[]): void {
  const count = rows.filter(({ content }) => content.kind === 'app-password').length
  if (count < appPasswordsMax) return
  const message = `A person has at most ${appPasswordsMax} app passwords: revoke one first.`
  throw new Refusal('too-many', { field: 'person', message })
}

function invalid(field: string, message: string): Refusal {
  return new Refusal('invalid', { field, message })
}
