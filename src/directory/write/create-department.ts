/** A new department with its keys and, when given, its first domains. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import type { Names } from '../types.ts'
import { addDomain } from './add-domain.ts'
import { checkCode, checkLimit, checkNames } from './check.ts'
import { recordAct } from './record.ts'
import { insertRow, lookups, requireFree } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface NewDepartment {
  readonly code: string
  readonly names: Names
  readonly domains?: readonly string[]
  /** All its accounts together may hold this much; undefined: no limit. */
  readonly limitOctets?: number | undefined
}

/** @returns its id. */
export async function createDepartment(
  tx: Tx,
  writing: Writing,
  input: NewDepartment,
): Promise<string> {
  const code = checkCode(input.code)
  const names = checkNames(input.names)
  checkLimit('limitOctets', input.limitOctets)
  const act = 'department.create'
  const granted = await writing.requireGrant(tx, { act, object: {}, input: { code } })
  const lookup = lookups.department(writing, code)
  await requireFree(tx, writing, 'department', lookup, `There is already a department ${code}.`)
  const id = newId(writing.clock)
  await insertRow(tx, writing, 'department', {
    id,
    departmentId: id,
    parentId: undefined,
    accountId: undefined,
    state: 'active',
    lookup,
    content: { code, names, limitOctets: input.limitOctets },
  })
  await writing.keys.createDepartment(tx, id)
  const fields = ['code', 'names', 'limitOctets']
  await recordAct(tx, writing, { act, departmentId: id, objectId: id, fields }, granted)
  for (const domain of input.domains ?? [])
    await addDomain(tx, writing, { departmentId: id, domain })
  return id
}
