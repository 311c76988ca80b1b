/** Makes a person a member of a shared mailbox with rights, or changes his rights. RFC 4314 §2.1. */
import { newId } from '../../base/id.ts'
import type { Tx } from '../../db/types.ts'
import { invalid } from './check.ts'
import { recordAct } from './record.ts'
import { allRights, checkRights } from './rights.ts'
import { changeRow, findByLookup, getRow, insertRow, lookups } from './shelf.ts'
import type { Writing } from './writing.ts'

export interface Membership {
  readonly sharedId: string
  readonly personId: string
  readonly rights: string
}

export async function setSharedMember(tx: Tx, writing: Writing, input: Membership): Promise<void> {
  const { sharedId, personId } = input
  const rights = checkRights(input.rights, allRights)
  const shared = await getRow(tx, writing, 'shared_mailbox', sharedId)
  const { departmentId, accountId } = shared
  const act = 'shared.add-member'
  const granted = await writing.requireGrant(tx, {
    act,
    object: { departmentId, objectId: sharedId, ...(accountId !== undefined && { accountId }) },
    input: { personId, rights },
  })
  const person = await getRow(tx, writing, 'person', personId)
  if (person.state === 'left') throw invalid('person', 'This person has left.')
  const lookup = lookups.sharedMember(writing, sharedId, personId)
  const row = await findByLookup(tx, writing, 'shared_member', lookup)
  const content = { personId, rights }
  if (row !== undefined) await changeRow(tx, writing, 'shared_member', { ...row, content })
  else
    await insertRow(tx, writing, 'shared_member', {
      id: newId(writing.clock),
      departmentId,
      parentId: sharedId,
      accountId: undefined,
      state: 'active',
      lookup,
      content,
    })
  const fields = ['person', 'rights']
  await recordAct(tx, writing, { act, departmentId, objectId: sharedId, fields }, granted)
}
