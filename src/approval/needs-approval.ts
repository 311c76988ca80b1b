/** "Not without a second person": with all that a request needs, so that asking is one step. */
import type { ApprovalAsked } from '../access/types.ts'
import { Refusal, type RefusalFacts } from '../base/refusal.ts'

export class NeedsApproval extends Refusal {
  readonly asked: ApprovalAsked

  constructor(asked: ApprovalAsked, facts: RefusalFacts) {
    super('needs-approval', { act: asked.act, inputDigest: asked.inputDigest, ...facts })
    this.asked = asked
  }
}

export function isNeedsApproval(error: unknown): error is NeedsApproval {
  return error instanceof NeedsApproval
}
