/** A new person with keys, account and primary address; he cannot sign in until he has a password. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { Names } from '../types.ts'
import { checkNames } from './check.ts'
import { giveAddress } from './give-address.ts'
import { madeBy } from './made.ts'
import { makeAccount } from './make-account.ts'
import { recordAct } from './record.ts'
import { getRow, insertRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewPerson {
  readonly departmentId: string
  readonly address: string
  readonly names: Names
}

/** @returns his id. */
export async function createPerson(tx: Tx, writing: Writing, input: NewPerson): Promise<string> {
  const names = checkNames(input.names)
  const { departmentId, address } = input
  await getRow(tx, writing, 'department', departmentId)
  const act = 'person.create'
  const object = { departmentId }
  const granted = await writing.requireGrant(tx, { act, object, input: { address } })
  const id = newId(writing.clock)
  await giveAddress(tx, writing, {
    address,
    targetId: id,
    kind: 'person',
    departmentId,
    isPrimary: true,
  })
  const accountId = await makeAccount(tx, writing, departmentId, 'person')
  await insertRow(tx, writing, 'person', {
    id,
    departmentId,
    parentId: undefined,
    accountId,
    state: 'active',
    lookup: undefined,
    content: { names, made: madeBy(writing) },
  })
  const fields = ['names', 'address']
  await recordAct(tx, writing, { act, departmentId, objectId: id, fields }, granted)
  return id
}
