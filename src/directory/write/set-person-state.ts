/** Suspends a person, says that he has left, or lets him back. */
import type { Tx } from '../../db/types.ts'
import type { PersonState } from '../types.ts'
import { endPowers } from './end-powers.ts'
import { recordAct } from './record.ts'
import type { RowState } from '../rows/nouns.ts'
import { changeRow, getRow } from './shelf.ts'
import type { DirectoryAct, Writing } from './writing.ts'

export interface PersonStateChange {
  readonly personId: string
  readonly state: PersonState
}

/** Who had left had lost his mail; a suspended person only could not reach it. */
function actOf(before: RowState, after: PersonState): DirectoryAct {
  if (after !== 'left' && before === 'left') return 'person.reactivate'
  if (after === 'active') return 'person.resume'
  return after === 'suspended' ? 'person.suspend' : 'person.leave'
}

/** Doing it twice is no fault and leaves one entry. */
export async function setPersonState(
  tx: Tx,
  writing: Writing,
  input: PersonStateChange,
): Promise<void> {
  const row = await getRow(tx, writing, 'person', input.personId)
  if (row.state === input.state) return
  const { departmentId } = row
  const { state } = input
  const act = actOf(row.state, state)
  const object = { departmentId, personId: row.id }
  const granted = await writing.requireGrant(tx, { act, object, input: { state } })
  await changeRow(tx, writing, 'person', { ...row, state })
  if (state === 'left') await endPowers(tx, writing, row, granted)
  const fields = ['state']
  await recordAct(tx, writing, { act, departmentId, objectId: row.id, fields }, granted)
}
