/** A new shared mailbox with keys, account and address; it has no members yet. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { Names } from '../types.ts'
import { checkNames } from './check.ts'
import { giveAddress } from './give-address.ts'
import { makeAccount } from './make-account.ts'
import { recordAct } from './record.ts'
import { getRow, insertRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewSharedMailbox {
  readonly departmentId: string
  readonly names: Names
  readonly address: string
}

/** @returns its id. */
export async function createShared(
  tx: Tx,
  writing: Writing,
  input: NewSharedMailbox,
): Promise<string> {
  const names = checkNames(input.names)
  const { departmentId, address } = input
  await getRow(tx, writing, 'department', departmentId)
  const act = 'shared.create'
  const object = { departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address } })
  const id = newId(writing.clock)
  await giveAddress(tx, writing, {
    address,
    targetId: id,
    kind: 'shared',
    departmentId,
    isPrimary: true,
  })
  const accountId = await makeAccount(tx, writing, departmentId, 'shared')
  await insertRow(tx, writing, 'shared_mailbox', {
    id,
    departmentId,
    parentId: undefined,
    accountId,
    state: 'active',
    lookup: undefined,
    content: { names },
  })
  const fields = ['names', 'address']
  await recordAct(tx, writing, { act, departmentId, objectId: id, fields }, granted)
  return id
}
