/** The audit entry of each step of a request, in the transaction of the step. */
import type { Tx } from '../db/types.ts'
import type { AuditEntry } from '../audit/types.ts'
import type { By, Parts } from './parts.ts'
import type { ApprovalRequest } from './types.ts'

export type ApprovalEvent = Extract<AuditEntry, { kind: 'approval' }>['event']

export interface RecordedBy extends By {
  readonly role?: string
  readonly reason?: string
  readonly ticket?: string
}

export function recordApproval(
  tx: Tx,
  { audit }: Pick<Parts, 'audit'>,
  event: ApprovalEvent,
  request: ApprovalRequest,
  by: RecordedBy,
): Promise<void> {
  const { id, act, objectId, accountId, departmentId, useBefore } = request
  return audit.record(tx, {
    kind: 'approval',
    event,
    requestId: id,
    act,
    ...by,
    ...(objectId === undefined ? {} : { objectId }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(departmentId === undefined ? {} : { departmentId }),
    ...(useBefore === undefined ? {} : { endsAt: useBefore }),
  })
}
