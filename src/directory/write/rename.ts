/** New names for a department, person, post, shared mailbox or list. */
import type { Tx } from '../../db/types.ts'
import type { Names } from '../types.ts'
import { checkNames } from './check.ts'
import { recordAct } from './record.ts'
import { changeRow, getRow } from './shelf.ts'
import type { DirectoryAct, Writing } from './writing.ts'

type NamedNoun = 'department' | 'person' | 'post' | 'shared_mailbox' | 'list'

export interface Renaming {
  readonly noun: NamedNoun
  readonly id: string
  readonly names: Names
}

export async function rename(tx: Tx, writing: Writing, input: Renaming): Promise<void> {
  const names = checkNames(input.names)
  const row = await getRow(tx, writing, input.noun, input.id)
  const { departmentId, id: objectId } = row
  const act = acts[input.noun]
  const object = { departmentId, objectId }
  const wanted = { en: names.en, zh: names.zh }
  const granted = await writing.requireGrant(tx, { act, object, input: wanted })
  await changeRow(tx, writing, input.noun, { ...row, content: { ...row.content, names } })
  const fields = ['names']
  await recordAct(tx, writing, { act, departmentId, objectId, fields }, granted)
}

const acts = {
  department: 'department.rename',
  person: 'person.rename',
  post: 'post.rename',
  shared_mailbox: 'shared.rename',
  list: 'list.rename',
} as const satisfies Record<NamedNoun, DirectoryAct>
