/** Takes an address off a list. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { checkAddress } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByLookup, lookups } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface ListMember {
  readonly listId: string
  readonly address: string
}

export async function removeListMember(tx: Tx, writing: Writing, input: ListMember): Promise<void> {
  const key = checkAddress('address', input.address)
  const lookup = lookups.listMember(writing, input.listId, key)
  const row = await findByLookup(tx, writing, 'list_member', lookup)
  if (row === undefined) {
    const message = 'This address is not on the list.'
    throw new Refusal('not-found', { field: 'address', message })
  }
  const { departmentId } = row
  const act = 'list.remove-member'
  const object = { departmentId, objectId: input.listId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address: key } })
  await changeRow(tx, writing, 'list_member', deleted(row))
  const fields = ['member']
  await recordAct(tx, writing, { act, departmentId, objectId: input.listId, fields }, granted)
}
