/** Removes a distribution list without members. Mail to its address is refused from then on. */
import type { Tx } from '../../db/types.ts'
import { invalid } from './check.ts'
import { recordAct } from './record.ts'
import { retireAddresses } from './retire-addresses.ts'
import { changeRow, deleted, findByParent, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export async function removeList(
  tx: Tx,
  writing: Writing,
  { listId }: { readonly listId: string },
): Promise<void> {
  const row = await getRow(tx, writing, 'list', listId)
  const { departmentId } = row
  const act = 'list.remove'
  const object = { departmentId, objectId: listId }
  const granted = await writing.requireGrant(tx, { act, object, input: {} })
  const members = await findByParent(tx, writing, 'list_member', listId)
  if (members.length > 0) {
    const message = `The list has ${members.length} members: take them off first.`
    throw invalid('list', message)
  }
  await retireAddresses(tx, writing, listId)
  await changeRow(tx, writing, 'list', deleted(row))
  await recordAct(tx, writing, { act, departmentId, objectId: listId, fields: ['state'] }, granted)
}
