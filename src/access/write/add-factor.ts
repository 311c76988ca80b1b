/** A passkey, or a program that shows codes, of a person himself. Architecture D14. */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { insertRows, readRows } from '../../directory/rows/write-rows.ts'
import type { CredentialContent, FactorContent } from '../credentials/content.ts'
import { factorsMax, labelCharactersMax } from '../limits.ts'
import { credentialShelf, recordCredentialAct, requireMayWrite } from './credential-writing.ts'
import type { CredentialWriting } from './credential-writing.ts'

export interface NewFactor {
  readonly personId: string
  readonly content: FactorContent
}

/** @returns its id. */
export async function addFactor(
  tx: Tx,
  writing: CredentialWriting,
  { personId, content }: NewFactor,
): Promise<string> {
  const { kind, createdAt } = content
  const label = labelOf(content)
  const may = await requireMayWrite(tx, writing, {
    personId,
    acts: { own: 'factor.add-own', another: 'factor.add-own' },
    input: { kind, label, createdAt },
  })
  const shelf = credentialShelf(tx, writing)
  const rows = await readRows<CredentialContent>(shelf, 'parent_id', personId)
  if (rows.filter(isFactorRow).length >= factorsMax)
    throw new Refusal('too-many', { field: 'person', message: `At most ${factorsMax} factors.` })
  const lookup = await findLookup(tx, writing, content)
  const id = newId(writing.clock)
  const { departmentId } = may
  const home = { departmentId, parentId: personId, accountId: undefined }
  await insertRows<CredentialContent>(shelf, [
    { id, ...home, state: 'active', lookup, content: { ...content, label } },
  ])
  await recordCredentialAct(tx, writing, may, { objectId: id, fields: [kind] })
  return id
}

/** A passkey is one person's, once. */
async function findLookup(
  tx: Tx,
  writing: CredentialWriting,
  content: FactorContent,
): Promise<Buffer | undefined> {
  if (content.kind !== 'passkey') return undefined
  const lookup = writing.keys.directory.hash('passkey', content.webauthnId)
  const before = await readRows(credentialShelf(tx, writing), 'lookup', lookup)
  if (before.length > 0)
    throw new Refusal('already-exists', { message: 'This passkey is known already.' })
  return lookup
}

export function isFactorRow({ content }: { readonly content: CredentialContent }): boolean {
  return content.kind === 'totp' || content.kind === 'passkey'
}

function labelOf(content: FactorContent): string {
  const label = content.label.normalize('NFC').trim()
  if (label !== '' && label.length <= labelCharactersMax) return label
  const message = `A label has 1 to ${labelCharactersMax} characters.`
  throw new Refusal('invalid', { field: 'label', message })
}
