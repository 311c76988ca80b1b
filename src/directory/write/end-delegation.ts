/** Ends a delegation at once: its owner, or who keeps the department. */
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { getAccountOwner } from './account-owner.ts'
import { recordDelegation } from './set-delegation.ts'
import { noteRights } from './share-notice.ts'
import { changeRow, deleted, findByLookup, lookups } from './shelf.ts'
import type { PowersWriting } from './writing.ts'

export interface DelegationEnd {
  readonly accountId: string
  readonly mailboxId?: string | undefined
  readonly personId: string
}

export async function endDelegation(
  tx: Tx,
  writing: PowersWriting,
  input: DelegationEnd,
): Promise<void> {
  const { accountId, mailboxId, personId } = input
  const lookup = lookups.delegation(writing, accountId, personId, mailboxId)
  const row = await findByLookup(tx, writing, 'delegation', lookup)
  if (row === undefined) {
    const message = 'There is no such delegation.'
    throw new Refusal('not-found', { field: 'person', message })
  }
  const { departmentId, owners } = await getAccountOwner(tx, writing, accountId)
  const isOwner = owners.includes(writing.actor.principalId ?? '')
  const granted = await writing.requireGrant(tx, {
    act: isOwner ? 'delegation.revoke' : 'delegation.revoke-for-another',
    object: { accountId, departmentId },
    input: { mailboxId, personId },
  })
  await changeRow(tx, writing, 'delegation', deleted(row))
  const { rights } = row.content
  const of = { accountId, departmentId, mailboxId, personId }
  await noteRights(tx, writing, { ...of, oldRights: rights, newRights: '' })
  const event = { event: 'revoke', accountId, mailboxId, personId, rights } as const
  await recordDelegation(tx, writing, event, granted)
}
