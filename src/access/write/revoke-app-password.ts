/** Revokes an app password; sessions that rest on it end. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { readRows, updateRow } from '../../directory/rows/write-rows.ts'
import type { CredentialContent } from '../credentials/content.ts'
import {
  credentialShelf,
  recordCredentialAct,
  requireMayWrite,
  type CredentialWriting,
} from './credential-writing.ts'

export async function revokeAppPassword(
  tx: Tx,
  writing: CredentialWriting,
  { id }: { readonly id: string },
): Promise<void> {
  const shelf = credentialShelf(tx, writing)
  const [row] = await readRows<CredentialContent>(shelf, 'id', id)
  if (row?.content.kind !== 'app-password')
    throw new Refusal('not-found', { message: 'There is no such app password.' })
  const may = await requireMayWrite(tx, writing, {
    personId: row.parentId ?? '',
    acts: { own: 'app-password.revoke-own', another: 'app-password.revoke-for-another' },
    input: { id },
  })
  await updateRow(shelf, { ...row, state: 'deleted' })
  await recordCredentialAct(tx, writing, may, { objectId: id, fields: ['state'] })
}
