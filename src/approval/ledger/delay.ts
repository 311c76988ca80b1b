/** Keeps from an account's ledger, until a date, what one examiner does there. By approval only. */
import { newId, type AccountId, type PrincipalId } from '../../base/id.ts'
import type { Millis } from '../../base/clock.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { findAccount } from '../opened-mail/find-account.ts'
import type { ApprovedWriting } from '../opened-mail/open-mail.ts'
import type { Parts } from '../parts.ts'
import { addRow, lockFeeds } from '../rows.ts'

export interface Delay {
  readonly accountId: AccountId
  readonly personId: PrincipalId
  readonly to: Millis
}

export async function delayDisclosure(
  tx: Tx,
  parts: Parts,
  writing: ApprovedWriting,
  { accountId, personId, to }: Delay,
): Promise<void> {
  const from = writing.clock.now()
  if (to <= from) throw new Refusal('invalid', { field: 'to', message: 'A delay ends later.' })
  const { departmentId } = await findAccount(tx, writing, accountId)
  const object = { accountId, departmentId }
  const act = 'ledger.delay'
  const granted = await writing.requireGrant(tx, { act, object, input: { personId, to } })
  const { approvalId = '' } = granted
  await lockFeeds(tx)
  const content = { accountId, examinerId: personId, from, until: to, approvalId }
  const id = newId(writing.clock)
  const row = { id, departmentId, parentId: personId, accountId, lookup: undefined, content }
  await addRow(tx, parts.keys, 'disclosure_delay', row)
  await writing.audit.record(tx, {
    kind: 'audit-policy',
    event: 'disclosure-delay',
    setting: 'ledger',
    value: new Date(to).toISOString(),
    ...writing.actor,
    ...granted,
  })
}
