/** A person's password, his first or a new one; what he had before is no longer valid. */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { insertRows, readRows, updateRow } from '../../directory/rows/write-rows.ts'
import { parseAppPassword } from '../credentials/app-password.ts'
import type { PasswordContent } from '../credentials/content.ts'
import { hashPassword } from '../credentials/password.ts'
import { passwordCharactersMin, passwordOctetsMax } from '../limits.ts'
import { findPrepared } from '../sasl/prepare.ts'
import {
  credentialShelf,
  recordCredentialAct,
  requireMayWrite,
  type CredentialWriting,
} from './credential-writing.ts'

export interface NewPassword {
  readonly personId: string
  readonly password: string
}

export async function setPassword(
  tx: Tx,
  writing: CredentialWriting,
  { personId, password }: NewPassword,
): Promise<void> {
  const { keys, clock } = writing
  // First, because what follows locks the heads of the feeds: nobody must wait for argon2.
  const hash = await hashPassword(keys.pepper, checkPassword(password))
  const may = await requireMayWrite(tx, writing, {
    personId,
    acts: { own: 'password.change-own', another: 'password.reset-for-another' },
    input: {},
  })
  const { departmentId, isProvisional } = may
  const changedAt = clock.now()
  const content: PasswordContent = { kind: 'password', hash, changedAt, isProvisional }
  const shelf = credentialShelf(tx, writing)
  const lookup = keys.directory.hash('password', personId)
  const [before] = await readRows<PasswordContent>(shelf, 'lookup', lookup)
  if (before === undefined)
    await insertRows(shelf, [
      {
        id: newId(clock),
        departmentId,
        parentId: personId,
        accountId: undefined,
        state: 'active',
        lookup,
        content,
      },
    ])
  else await updateRow(shelf, { ...before, departmentId, content })
  const fields = ['password']
  await recordCredentialAct(tx, writing, may, { objectId: personId, fields })
}

function checkPassword(password: string): string {
  const prepared = findPrepared(password)
  if (prepared === undefined) throw refusal('A password may not contain control characters.')
  if (prepared.length < passwordCharactersMin)
    throw refusal(`A password has at least ${passwordCharactersMin} characters.`)
  if (Buffer.byteLength(prepared) > passwordOctetsMax)
    throw refusal(`A password has at most ${passwordOctetsMax} octets.`)
  // Its shape decides how a password is verified, before anybody is looked up.
  if (parseAppPassword(prepared) !== undefined)
    throw refusal('A password may not look like an app password.')
  return prepared
}

function refusal(message: string): Refusal {
  return new Refusal('invalid', { field: 'password', message })
}
