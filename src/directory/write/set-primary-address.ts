/** One of somebody's aliases becomes his primary address; the one before becomes an alias. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { checkAddress } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, findByLookup, findByParent, lookups } from './shelf.ts'
import type { Writing } from './writing.ts'

/** @returns the address in the form in which the directory knows it. */
export async function setPrimaryAddress(
  tx: Tx,
  writing: Writing,
  input: { readonly address: string },
): Promise<string> {
  const key = checkAddress('address', input.address)
  const row = await findByLookup(tx, writing, 'address', lookups.address(writing, key))
  if (row?.state !== 'active' || row.parentId === undefined)
    throw new Refusal('not-found', { field: 'address', message: 'Nobody has this address.' })
  if (row.content.isPrimary) return key
  const { departmentId, parentId: objectId } = row
  const act = 'address.set-primary'
  const object = { departmentId, objectId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address: key } })
  for (const other of await findByParent(tx, writing, 'address', objectId))
    if (other.content.isPrimary)
      await changeRow(tx, writing, 'address', {
        ...other,
        content: { ...other.content, isPrimary: false },
      })
  await changeRow(tx, writing, 'address', { ...row, content: { ...row.content, isPrimary: true } })
  const fields = ['isPrimary']
  await recordAct(tx, writing, { act, departmentId, objectId, fields }, granted)
  return key
}
