/** Sets fields of a person to what is wanted, by the writers of the directory; each asks the gate. */
import type { Tx } from '../../db/types.ts'
import type { Person } from '../../directory/types.ts'
import { movePerson } from '../../directory/write/move-person.ts'
import { rename } from '../../directory/write/rename.ts'
import { setPersonState } from '../../directory/write/set-person-state.ts'
import type { Writing } from '../../directory/write/writing.ts'
import type { PersonFields } from './rows.ts'

export function fieldsOf({ names, departmentId, state }: Person): PersonFields {
  return { name: names.en, nameZh: names.zh, departmentId, state }
}

export async function changePerson(
  tx: Tx,
  writing: Writing,
  person: Person,
  wanted: PersonFields,
): Promise<void> {
  const { id, names: before, departmentId, state } = person
  const names = { en: wanted.name, zh: wanted.nameZh }
  if (names.en !== before.en || names.zh !== before.zh)
    await rename(tx, writing, { noun: 'person', id, names })
  if (wanted.departmentId !== departmentId)
    await movePerson(tx, writing, { personId: id, departmentId: wanted.departmentId })
  if (wanted.state !== state)
    await setPersonState(tx, writing, { personId: id, state: wanted.state })
}

/** Names of the fields that differ. */
export function differences(before: PersonFields, after: PersonFields): readonly string[] {
  const names = ['name', 'nameZh', 'departmentId', 'state'] as const
  return names.filter((name) => before[name] !== after[name])
}
