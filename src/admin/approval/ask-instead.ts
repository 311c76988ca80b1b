/**
 * From "not without a second person" to a request, in one step: what the caller wanted is rehearsed
 * whole, each act in it that needs somebody else becomes a request, and he hears what it waits for.
 */
import { isNeedsApproval } from '../../approval/needs-approval.ts'
import type { ApprovalRequest } from '../../approval/types.ts'
import { approvalRuleOf, approverWords, isHandedOver } from '../../approval/rule.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import type { AdminPorts } from '../ports.ts'

/** Returns only when everything was consented to beforehand; then it can be done at once. */
export async function askInstead(
  { approvals, actor }: Pick<AdminPorts, 'approvals' | 'actor'>,
  work: (tx: Tx) => Promise<unknown>,
  error: unknown,
): Promise<void> {
  if (!isNeedsApproval(error) || error.facts['approvalId'] !== undefined) throw error
  const { principalId, reason, ticket, ...from } = actor
  if (principalId === undefined || reason === undefined) throw error
  const lines = await approvals.rehearse(work)
  // Its request shows half a code, which is no matter for a refusal.
  if (lines.some(({ act }) => isHandedOver(act))) throw useReset()
  const asked = await approvals.ask({ by: { principalId, ...from }, reason, ticket, lines })
  const requests = asked.map(({ request }) => request)
  if (requests.every(({ state }) => state === 'approved')) return
  for (const { id } of requests) await approvals.carryOut(id)
  throw waiting(requests.filter(({ state }) => state === 'waiting'))
}

function waiting(requests: readonly ApprovalRequest[]): Refusal {
  const [first] = requests
  if (first === undefined) return new Refusal('already-exists', { message: 'It is done already.' })
  const { id: approvalId, act, expiresAt, batchId } = first
  const until = new Date(expiresAt).toISOString()
  const who = approverWords(approvalRuleOf(act))
  const rest = requests.length > 1 ? ` ${requests.length} requests, batch ${batchId}.` : ''
  const message = `Waiting for approval by ${who} until ${until}.${rest}`
  const more = batchId === undefined ? {} : { batchId }
  return new Refusal('needs-approval', { approvalId, act, until, message, ...more })
}

function useReset(): Refusal {
  const message =
    'Another’s password is never yours to set: use tamar password reset, which gives you half a code.'
  return new Refusal('needs-approval', { message })
}
