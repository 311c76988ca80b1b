/** A person's recovery codes: made by himself, all anew, shown once; each opens once. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { insertRows, readRows, updateRow } from '../../directory/rows/write-rows.ts'
import type { Keys } from '../../keys/types.ts'
import type { CredentialContent, RecoveryContent } from '../credentials/content.ts'
import { newRecoveryCodes, parseRecoveryCode, recoveryHash } from '../factors/recovery-code.ts'
import { credentialShelf, recordCredentialAct, requireMayWrite } from './credential-writing.ts'
import type { CredentialWriting } from './credential-writing.ts'

/** @returns the codes; what he had before opens nothing any more. */
export async function makeRecoveryCodes(
  tx: Tx,
  writing: CredentialWriting,
  { personId }: { readonly personId: string },
): Promise<readonly string[]> {
  const { keys, clock } = writing
  const may = await requireMayWrite(tx, writing, {
    personId,
    acts: {
      own: 'factor.make-recovery-codes-own',
      another: 'factor.make-recovery-codes-own',
    },
    input: {},
  })
  const codes = newRecoveryCodes()
  const hashes = codes.map((code) => hashOf(keys, personId, code) ?? '')
  const content: RecoveryContent = { kind: 'recovery', hashes, createdAt: clock.now() }
  const shelf = credentialShelf(tx, writing)
  const lookup = keys.directory.hash('recovery-codes', personId)
  const [before] = await readRows<CredentialContent>(shelf, 'lookup', lookup)
  const { departmentId } = may
  if (before === undefined) {
    const home = { departmentId, parentId: personId, accountId: undefined }
    await insertRows<CredentialContent>(shelf, [
      { id: newId(clock), ...home, state: 'active', lookup, content },
    ])
  } else await updateRow(shelf, { ...before, departmentId, content })
  const fields = ['recovery-codes']
  await recordCredentialAct(tx, writing, may, { objectId: personId, fields })
  return codes
}

/** Takes one of his codes away, if it is one. @returns how many are left. */
export async function useRecoveryCode(
  tx: Tx,
  keys: Keys,
  given: { readonly personId: string; readonly code: string },
): Promise<number | undefined> {
  const { personId, code } = given
  const hash = hashOf(keys, personId, code)
  if (hash === undefined) return undefined
  const shelf = credentialShelf(tx, { keys })
  const lookup = keys.directory.hash('recovery-codes', personId)
  const [row] = await readRows<CredentialContent>(shelf, 'lookup', lookup)
  if (row?.content.kind !== 'recovery' || !row.content.hashes.includes(hash)) return undefined
  const hashes = row.content.hashes.filter((each) => each !== hash)
  await updateRow(shelf, { ...row, content: { ...row.content, hashes } })
  return hashes.length
}

function hashOf(keys: Pick<Keys, 'pepper'>, personId: string, code: string): string | undefined {
  const bare = parseRecoveryCode(code)
  return bare === undefined ? undefined : recoveryHash(keys.pepper, personId, bare)
}
