/** Takes an alias away; the address is free again. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { checkAddress, invalid } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByLookup, lookups } from './shelf.ts'
import type { Writing } from './writing.ts'

export async function removeAlias(
  tx: Tx,
  writing: Writing,
  input: { readonly address: string },
): Promise<void> {
  const key = checkAddress('address', input.address)
  const row = await findByLookup(tx, writing, 'address', lookups.address(writing, key))
  if (row === undefined)
    throw new Refusal('not-found', { field: 'address', message: 'Nobody has this address.' })
  if (row.content.isPrimary)
    throw invalid('address', 'This is a primary address, not an alias: it stays with its owner.')
  await changeRow(tx, writing, 'address', deleted(row))
  await recordAct(tx, writing, {
    act: 'address.remove-alias',
    departmentId: row.departmentId,
    objectId: row.parentId ?? row.id,
    fields: ['address'],
  })
}
