/** Takes a person out of a shared mailbox. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { recordAct } from './record.ts'
import { changeRow, deleted, findByLookup, lookups } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface MembershipEnd {
  readonly sharedId: string
  readonly personId: string
}

export async function removeSharedMember(
  tx: Tx,
  writing: Writing,
  input: MembershipEnd,
): Promise<void> {
  const lookup = lookups.sharedMember(writing, input.sharedId, input.personId)
  const row = await findByLookup(tx, writing, 'shared_member', lookup)
  if (row === undefined) {
    const message = 'This person is not a member of the shared mailbox.'
    throw new Refusal('not-found', { field: 'person', message })
  }
  const { departmentId } = row
  const { sharedId, personId } = input
  const act = 'shared.remove-member'
  const object = { departmentId, objectId: sharedId }
  const granted = await writing.requireGrant(tx, { act, object, input: { personId } })
  await changeRow(tx, writing, 'shared_member', deleted(row))
  const fields = ['person']
  await recordAct(tx, writing, { act, departmentId, objectId: sharedId, fields }, granted)
}
