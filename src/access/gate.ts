/** The one gate, from a decision to an answer; and, where something is written, with approvals. */
import { Refusal } from '../base/refusal.ts'
import type { Tx } from '../db/types.ts'
import type { Granted } from '../directory/write/writing.ts'
import { decide, type Actor, type Decision } from './decide.ts'
import { digestOf } from './input-digest.ts'
import type { AccountGrant, Act, ActObject, ApprovalGate, Asked } from './types.ts'

/** @throws Refusal('not-permitted' | 'needs-approval'); @returns the grant it rests on, if any. */
export function requireAllowed(
  { id }: Actor,
  act: Act,
  decision: Decision,
): AccountGrant | undefined {
  if (decision.kind === 'refused')
    throw new Refusal('not-permitted', { act, principal: id, why: decision.why })
  if (decision.kind === 'needs-approval') throw approvalNeeded(act, decision.rule.why)
  return decision.basis.kind === 'right' ? decision.basis.grant : undefined
}

export interface WritingParts {
  readonly approvals: ApprovalGate | undefined
  readonly completed: (object: ActObject) => ActObject
}

/** In the act's transaction: an approval that lifts it is used up with the act, or with nothing. */
export async function permitWriting(
  tx: Tx,
  actor: Actor,
  asked: Asked,
  { approvals, completed }: WritingParts,
): Promise<Granted> {
  const { act } = asked
  const object = completed(asked.object)
  const decision = decide(actor, act, object)
  if (decision.kind !== 'needs-approval') requireAllowed(actor, act, decision)
  if (decision.kind === 'refused') return {}
  const role = decision.basis.kind === 'role' ? { role: decision.basis.role } : {}
  if (decision.kind === 'allowed') return role
  const { rule } = decision
  const inputDigest = digestOf({ ...asked, object })
  const wanted = { ...asked, object, actorId: actor.id, inputDigest, rule }
  const approvalId = await approvals?.consume(tx, wanted)
  if (approvalId === undefined) throw approvalNeeded(act, rule.why, inputDigest)
  return { ...role, approvalId }
}

function approvalNeeded(act: Act, why: string, inputDigest?: string): Refusal {
  const message = `This needs a second person’s consent: ${why}.`
  return new Refusal('needs-approval', { act, inputDigest, message })
}
