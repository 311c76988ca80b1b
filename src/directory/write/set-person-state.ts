/** Suspends a person, says that he has left, or lets him back. */
import type { Tx } from '../../db/types.ts'
import type { PersonState } from '../types.ts'
import { recordAct } from './record.ts'
import { changeRow, getRow } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface PersonStateChange {
  readonly personId: string
  readonly state: PersonState
}

const acts = {
  active: 'person.reactivate',
  suspended: 'person.suspend',
  left: 'person.leave',
} as const

/** Doing it twice is no fault and leaves one entry. */
export async function setPersonState(
  tx: Tx,
  writing: Writing,
  input: PersonStateChange,
): Promise<void> {
  const row = await getRow(tx, writing, 'person', input.personId)
  if (row.state === input.state) return
  // Who had left had lost his mail; a suspended person only could not reach it.
  if (row.state === 'left') await writing.requireGrant(tx, 'person.reactivate')
  await changeRow(tx, writing, 'person', { ...row, state: input.state })
  await recordAct(tx, writing, {
    act: acts[input.state],
    departmentId: row.departmentId,
    objectId: row.id,
    fields: ['state'],
  })
}
