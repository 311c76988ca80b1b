/** A person lets a mail program in. RFC 6749 §4.1. */
import { newId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { insertRows, readRows, updateRow } from '../../directory/rows/write-rows.ts'
import type { CredentialContent, ProgramContent, Scope } from '../credentials/content.ts'
import { programLivesMs, programsMax } from '../limits.ts'
import { credentialShelf, recordCredentialAct, requireMayWrite } from './credential-writing.ts'
import type { CredentialWriting } from './credential-writing.ts'

export interface AllowedProgram {
  readonly personId: string
  readonly clientId: string
  readonly scopes: readonly Scope[]
}

/** @returns its id. */
export async function allowProgram(
  tx: Tx,
  writing: CredentialWriting,
  { personId, clientId, scopes }: AllowedProgram,
): Promise<string> {
  const may = await requireMayWrite(tx, writing, {
    personId,
    acts: { own: 'program.allow-own', another: 'program.allow-own' },
    input: { clientId, scopes },
  })
  const shelf = credentialShelf(tx, writing)
  const rows = await readRows<CredentialContent>(shelf, 'parent_id', personId)
  const others = rows.filter(({ content }) => content.kind === 'program')
  if (others.length >= programsMax)
    throw new Refusal('too-many', { message: `At most ${programsMax} programs: end one first.` })
  const createdAt = writing.clock.now()
  const expiresAt = createdAt + programLivesMs
  const content: ProgramContent = { kind: 'program', clientId, scopes, createdAt, expiresAt }
  const id = newId(writing.clock)
  const home = { departmentId: may.departmentId, parentId: personId, accountId: undefined }
  await insertRows<CredentialContent>(shelf, [
    { id, ...home, state: 'active', lookup: undefined, content },
  ])
  await recordCredentialAct(tx, writing, may, { objectId: id, fields: ['program', 'scopes'] })
  return id
}

/** Ends it: its tokens open nothing any more, its sessions end. Refusal('not-found') */
export async function endProgram(
  tx: Tx,
  writing: CredentialWriting,
  { personId, id }: { readonly personId: string; readonly id: string },
): Promise<void> {
  const may = await requireMayWrite(tx, writing, {
    personId,
    acts: { own: 'program.end-own', another: 'program.end-own' },
    input: { id },
  })
  await deleteProgram(tx, writing, { personId, id })
  await recordCredentialAct(tx, writing, may, { objectId: id, fields: ['program'] })
}

/** A token of it was shown by two: the platform ends it, and asks nobody. Refusal('not-found') */
export async function deleteProgram(
  tx: Tx,
  writing: Pick<CredentialWriting, 'keys'>,
  { personId, id }: { readonly personId: string; readonly id: string },
): Promise<void> {
  const shelf = { tx, keys: writing.keys, feed: 'credential', table: 'credential' } as const
  const [row] = await readRows<CredentialContent>(shelf, 'id', id)
  if (row?.content.kind !== 'program' || row.parentId !== personId) throw new Refusal('not-found')
  await updateRow(shelf, { ...row, state: 'deleted' })
}
