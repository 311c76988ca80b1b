/**
 * Takes an alias away. Whose it was is remembered: mail that is still sent there is meant for him, and
 * nobody else gets the address without a second person.
 */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { checkAddress, invalid } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, findByLookup, lookups } from './shelf.ts'
import type { Writing } from './writing.ts'

export async function removeAlias(
  tx: Tx,
  writing: Writing,
  input: { readonly address: string },
): Promise<void> {
  const key = checkAddress('address', input.address)
  const row = await findByLookup(tx, writing, 'address', lookups.address(writing, key))
  if (row?.state !== 'active')
    throw new Refusal('not-found', { field: 'address', message: 'Nobody has this address.' })
  if (row.content.isPrimary)
    throw invalid('address', 'This is a primary address, not an alias: it stays with its owner.')
  const { departmentId } = row
  const objectId = row.parentId ?? row.id
  const act = 'address.remove-alias'
  const object = { departmentId, objectId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address: key } })
  await changeRow(tx, writing, 'address', { ...row, state: 'former' })
  const fields = ['address']
  await recordAct(tx, writing, { act, departmentId, objectId, fields }, granted)
}
