/**
 * Removes a person who was made by mistake: he never had a password, never had mail, and it is not
 * long ago. His address is free again, because nobody ever was there. Who had anything stays, and
 * leaves (`set-person-state.ts`).
 */
import { dayMs } from '../../base/clock.ts'
import { timeOfId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { countMessages } from '../../store/accounts/count-messages.ts'
import { endPowers } from './end-powers.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByParent, getRow, type FoundRow } from './shelf.ts'
import type { Writing } from './writing.ts'

/** Longer, and somebody may have written the address down. */
const removableForMs = dayMs

/** @returns false when he is more than a mistake: nothing was done then. */
export async function removeUnusedPerson(
  tx: Tx,
  writing: Writing,
  { personId, hasCredential }: { readonly personId: string; readonly hasCredential: boolean },
): Promise<boolean> {
  const row = await getRow(tx, writing, 'person', personId)
  if (hasCredential || !(await isUnused(tx, writing, row))) return false
  const { departmentId, accountId } = row
  const object = { departmentId, personId }
  const act = 'person.leave'
  const granted = await writing.requireGrant(tx, { act, object, input: { isRemoved: true } })
  await endPowers(tx, writing, { id: personId, accountId }, granted)
  for (const address of await findByParent(tx, writing, 'address', personId))
    await changeRow(tx, writing, 'address', deleted(address))
  await changeRow(tx, writing, 'person', deleted(row))
  const fields = ['state', 'address']
  await recordAct(tx, writing, { act, departmentId, objectId: personId, fields }, granted)
  return true
}

async function isUnused(tx: Tx, writing: Writing, row: FoundRow<'person'>): Promise<boolean> {
  if (writing.clock.now() - timeOfId(row.id) > removableForMs) return false
  return row.accountId === undefined || (await countMessages(tx, row.accountId)) === 0
}
