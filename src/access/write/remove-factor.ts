/** Takes away one of a person's own second factors; sessions that rest on it end. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { readRows, updateRow } from '../../directory/rows/write-rows.ts'
import type { CredentialContent } from '../credentials/content.ts'
import { isFactorRow } from './add-factor.ts'
import { credentialShelf, recordCredentialAct, requireMayWrite } from './credential-writing.ts'
import type { CredentialWriting } from './credential-writing.ts'

export interface RemovedFactor {
  readonly personId: string
  readonly id: string
  /** He may be left with a password alone. */
  readonly mayBeLast: boolean
}

export async function removeFactor(
  tx: Tx,
  writing: CredentialWriting,
  { personId, id, mayBeLast }: RemovedFactor,
): Promise<void> {
  const may = await requireMayWrite(tx, writing, {
    personId,
    acts: { own: 'factor.remove-own', another: 'factor.remove-own' },
    input: { id },
  })
  const shelf = credentialShelf(tx, writing)
  const rows = await readRows<CredentialContent>(shelf, 'parent_id', personId)
  const factors = rows.filter(isFactorRow)
  const row = factors.find((each) => each.id === id)
  if (row === undefined) throw new Refusal('not-found', { message: 'There is no such factor.' })
  const isLast = factors.length === 1
  if (isLast && !mayBeLast)
    throw new Refusal('not-permitted', { message: 'The last factor stays: add another first.' })
  await updateRow(shelf, { ...row, state: 'deleted', lookup: undefined })
  // Without a factor there is nothing that recovery codes stand in for.
  const codes = rows.find(({ content }) => content.kind === 'recovery')
  if (isLast && codes !== undefined)
    await updateRow(shelf, { ...codes, state: 'deleted', lookup: undefined })
  await recordCredentialAct(tx, writing, may, { objectId: id, fields: [row.content.kind] })
}
