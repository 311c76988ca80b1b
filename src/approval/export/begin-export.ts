/**
 * The beginning of an export or a restoration: only for whom it was approved, only while it is open; each run stands
 * in the audit trail and in the owner's ledger before its first octet.
 */
import type { LedgerWriter } from '../../access/ledger/types.ts'
import type { AccountId, PrincipalId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Actor } from '../../directory/write/writing.ts'
import { findBelieved, type Parts } from '../parts.ts'

export interface ExportPorts {
  readonly parts: Parts
  readonly ledger: LedgerWriter
}

export interface Copying {
  readonly id: string
  readonly event: 'export' | 'restore'
}

/** @returns whose mail it is. @throws Refusal('not-found' | 'audit-unavailable') */
export async function beginExport(
  { parts, ledger }: ExportPorts,
  actor: Actor & { readonly principalId: PrincipalId },
  { id, event }: Copying,
): Promise<AccountId> {
  const accountId = await parts.database.transaction(async (tx) => {
    const row = await findBelieved(tx, parts, 'opened_mail', { id })
    const now = parts.clock.now()
    const content = row?.content
    const may = event === 'export' ? content?.mayExport : content?.mayRestore
    if (may !== true || content?.personId !== actor.principalId || now >= content.to)
      throw new Refusal('not-found', { message: 'Nothing of this id is open to you.' })
    const { accountId: of, approvalId, approvedBy } = content
    const why = approvalId === undefined ? {} : { approvalId }
    await parts.audit.record(tx, {
      kind: 'examination',
      event,
      accountId: of,
      ...actor,
      ...why,
    })
    const line = { byId: actor.principalId, what: event, basis: 'examined' } as const
    await ledger.write(tx, of, { ...line, approvalId, approvedBy })
    return of
  })
  await parts.audit.acknowledged()
  return accountId
}
