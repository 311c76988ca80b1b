/** How much all accounts of a department may hold together. Full ones defer, nothing is lost. */
import type { Tx } from '../../db/types.ts'
import { checkLimit } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface DepartmentLimit {
  readonly departmentId: string
  /** Undefined: no limit. */
  readonly limitOctets: number | undefined
  readonly limitMessages: number | undefined
}

export async function setDepartmentLimit(
  tx: Tx,
  writing: Writing,
  { departmentId, limitOctets, limitMessages }: DepartmentLimit,
): Promise<void> {
  checkLimit('limitOctets', limitOctets)
  checkLimit('limitMessages', limitMessages)
  const row = await getRow(tx, writing, 'department', departmentId)
  const act = 'department.set-limit'
  const object = { departmentId, objectId: departmentId }
  const input = { limitOctets, limitMessages }
  const granted = await writing.requireGrant(tx, { act, object, input })
  const content = { ...row.content, limitOctets, limitMessages }
  await changeRow(tx, writing, 'department', { ...row, content })
  const fields = ['limitOctets', 'limitMessages']
  await recordAct(tx, writing, { act, departmentId, objectId: departmentId, fields }, granted)
}
