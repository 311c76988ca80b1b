/** When a request has all the yeses it needs. Pure. */
import type { ApprovalRule } from '../access/rules.ts'
import type { ApprovalRequest, Voice } from './types.ts'

type Requester = Pick<ApprovalRequest, 'requesterDepartmentId'>

/** Enough when the owner said yes where that suffices, or the officers whom the rule asks for. */
export function isComplete(
  rule: ApprovalRule,
  request: Requester,
  voices: readonly Voice[],
): boolean {
  if (rule.consent !== 'none' && voices.some(({ as }) => as === 'consent')) return true
  if (voices.length < rule.count) return false
  return !rule.otherOffice || voices.some(isElsewhere(request))
}

/** A voice from another office than the requester's. */
export function isElsewhere({ requesterDepartmentId }: Requester) {
  return ({ departmentId }: Pick<Voice, 'departmentId'>) => departmentId !== requesterDepartmentId
}
