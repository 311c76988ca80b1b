/**
 * Takes away all second factors of another who has lost them, with his recovery codes: with a second
 * person's consent. He adds new ones when he signs in next.
 */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { readRows, updateRow } from '../../directory/rows/write-rows.ts'
import type { CredentialContent } from '../credentials/content.ts'
import { isFactorRow } from './add-factor.ts'
import { credentialShelf, recordCredentialAct, requireMayWrite } from './credential-writing.ts'
import type { CredentialWriting } from './credential-writing.ts'

export async function resetFactors(
  tx: Tx,
  writing: CredentialWriting,
  { personId }: { readonly personId: string },
): Promise<void> {
  const may = await requireMayWrite(tx, writing, {
    personId,
    // Who still has his own removes them one by one.
    acts: { own: 'factor.reset-for-another', another: 'factor.reset-for-another' },
    input: {},
  })
  const shelf = credentialShelf(tx, writing)
  const rows = await readRows<CredentialContent>(shelf, 'parent_id', personId)
  const gone = rows.filter((row) => isFactorRow(row) || row.content.kind === 'recovery')
  if (gone.length === 0) throw new Refusal('not-found', { message: 'He has no second factor.' })
  for (const row of gone) await updateRow(shelf, { ...row, state: 'deleted', lookup: undefined })
  await recordCredentialAct(tx, writing, may, { objectId: personId, fields: ['factors'] })
}
