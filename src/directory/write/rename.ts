/** New names for a department, person, post, shared mailbox or list. */
import type { Tx } from '../../db/types.ts'
import type { Names } from '../types.ts'
import { checkNames } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

type NamedNoun = 'department' | 'person' | 'post' | 'shared_mailbox' | 'list'

export interface Renaming {
  readonly noun: NamedNoun
  readonly id: string
  readonly names: Names
}

export async function rename(tx: Tx, writing: Writing, input: Renaming): Promise<void> {
  const names = checkNames(input.names)
  const row = await getRow(tx, writing, input.noun, input.id)
  await changeRow(tx, writing, input.noun, { ...row, content: { ...row.content, names } })
  await recordAct(tx, writing, {
    act: `${actNouns[input.noun]}.rename`,
    departmentId: row.departmentId,
    objectId: row.id,
    fields: ['names'],
  })
}

const actNouns: Record<NamedNoun, string> = {
  department: 'department',
  person: 'person',
  post: 'post',
  shared_mailbox: 'shared',
  list: 'list',
}
