/** Who leaves or moves on leaves behind his roles, delegations to him and of his own, his redirects, scripts and answers. */
import type { Tx } from '../../db/types.ts'
import { endFilters } from './set-filter.ts'
import { endVacation } from './set-vacation.ts'
import { endRedirects } from './set-redirect.ts'
import { recordDelegation } from './set-delegation.ts'
import { noteRights } from './share-notice.ts'
import { changeRow, deleted, findByAccount, findByParent } from './shelf.ts'
import type { Granted, Writing } from './writing.ts'

export interface Leaver {
  readonly id: string
  readonly accountId: string | undefined
}

export async function endPowers(
  tx: Tx,
  writing: Writing,
  { id, accountId }: Leaver,
  granted: Granted,
): Promise<void> {
  for (const row of await findByParent(tx, writing, 'role_grant', id)) {
    await changeRow(tx, writing, 'role_grant', deleted(row))
    const role = { event: 'revoke', toPrincipalId: id, granted: row.content.role } as const
    await writing.audit.record(tx, { kind: 'role', ...role, ...writing.actor, ...granted })
  }
  const own =
    accountId === undefined ? [] : await findByAccount(tx, writing, 'delegation', accountId)
  for (const row of [...own, ...(await findByParent(tx, writing, 'delegation', id))]) {
    await changeRow(tx, writing, 'delegation', deleted(row))
    const { mailboxId, rights } = row.content
    const of = { accountId: row.accountId ?? '', personId: row.parentId ?? '' }
    const event = { event: 'revoke', ...of, mailboxId, rights } as const
    await recordDelegation(tx, writing, event, granted)
    if (of.personId === id) continue
    const { departmentId } = row
    const change = { ...of, departmentId, mailboxId, oldRights: rights, newRights: '' }
    await noteRights(tx, writing, change)
  }
  if (accountId === undefined) return
  await endRedirects(tx, writing, accountId, granted)
  await endFilters(tx, writing, accountId, granted)
  await endVacation(tx, writing, accountId, granted)
}
