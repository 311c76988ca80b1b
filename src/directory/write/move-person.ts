/** Moves a person to another department: his keys are rewrapped, his addresses stay his. */
import type { Tx } from '../../db/types.ts'
import { endPowers } from './end-powers.ts'
import { recordAct } from './record.ts'
import { changeRow, findByParent, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface Move {
  readonly personId: string
  readonly departmentId: string
}

export async function movePerson(tx: Tx, writing: Writing, input: Move): Promise<void> {
  const { departmentId } = input
  const row = await getRow(tx, writing, 'person', input.personId)
  if (row.departmentId === departmentId) return
  await getRow(tx, writing, 'department', departmentId)
  const act = 'person.move'
  const object = { departmentId: row.departmentId, personId: row.id }
  const granted = await writing.requireGrant(tx, { act, object, input: { to: departmentId } })
  await changeRow(tx, writing, 'person', { ...row, departmentId })
  for (const address of await findByParent(tx, writing, 'address', row.id))
    await changeRow(tx, writing, 'address', { ...address, departmentId })
  await endPowers(tx, writing, row, granted)
  if (row.accountId !== undefined) {
    await writing.keys.moveAccount(tx, row.accountId, departmentId)
    await writing.moveAccount(tx, { accountId: row.accountId, departmentId, kind: 'person' })
  }
  const fields = ['department']
  await recordAct(tx, writing, { act, departmentId, objectId: row.id, fields }, granted)
}
