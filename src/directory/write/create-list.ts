/** A new distribution list; it has no members yet. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { ListPosting, Names } from '../types.ts'
import { checkAddress, checkNames } from './check.ts'
import { giveAddress } from './give-address.ts'
import { recordAct } from './record.ts'
import { getRow, insertRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewList {
  readonly departmentId: string
  readonly names: Names
  readonly address: string
  readonly posting: ListPosting
  /** Where moderated mail and failures go. */
  readonly ownerAddress: string
}

/** @returns its id. */
export async function createList(tx: Tx, writing: Writing, input: NewList): Promise<string> {
  const names = checkNames(input.names)
  const ownerAddress = checkAddress('ownerAddress', input.ownerAddress)
  const { departmentId, address, posting } = input
  await getRow(tx, writing, 'department', departmentId)
  const act = 'list.create'
  const object = { departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address } })
  const id = newId(writing.clock)
  await giveAddress(tx, writing, {
    address,
    targetId: id,
    kind: 'list',
    departmentId,
    isPrimary: true,
  })
  await insertRow(tx, writing, 'list', {
    id,
    departmentId,
    parentId: undefined,
    accountId: undefined,
    state: 'active',
    lookup: undefined,
    content: { names, posting, ownerAddress },
  })
  const fields = ['names', 'address', 'posting', 'ownerAddress']
  await recordAct(tx, writing, { act, departmentId, objectId: id, fields }, granted)
  return id
}
