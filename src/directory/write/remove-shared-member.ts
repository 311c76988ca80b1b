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
  await changeRow(tx, writing, 'shared_member', deleted(row))
  await recordAct(tx, writing, {
    act: 'shared.remove-member',
    departmentId: row.departmentId,
    objectId: input.sharedId,
    fields: ['person'],
  })
}
