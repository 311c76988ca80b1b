/** Approvals as doors and the composition root see them. */
import type { ApprovalAsked, ApprovalGate, OpenedSource } from '../access/types.ts'
import type { AccountId, PrincipalId } from '../base/id.ts'
import type { Tx } from '../db/types.ts'
import type { Asked, Asking } from './ask.ts'
import type { ReviewWords } from './decide.ts'
import type { Redeeming } from './enrolment/redeem.ts'
import type { Outcome } from './execute.ts'
import type { By, Parts } from './parts.ts'
import type { Span } from './past.ts'
import type { NewStandingConsent } from './standing-consent.ts'
import type {
  ApprovalRequest,
  DisclosureDelayContent,
  OpenedMailContent,
  StandingConsent,
} from './types.ts'

export interface Approvals extends ApprovalGate, OpenedSource, AsyncDisposable {
  /** False: requests were put back or taken away before this node read them: do not start. */
  readonly isBelievable: boolean
  /**
   * Runs acts whole and keeps nothing: what in them needs a second person comes back, to be asked
   * for. Throws what the acts throw, so that nobody is asked for what would not work.
   */
  rehearse(work: (tx: Tx) => Promise<unknown>): Promise<readonly ApprovalAsked[]>
  /** All or none are asked for. Those with a consent given beforehand are approved at once. */
  ask(asking: Asking): Promise<readonly Asked[]>
  /** Does what is approved, as at the last yes; undefined when it is not approved (any more). */
  carryOut(id: string): Promise<Outcome | undefined>
  /** With the last yes the act is done; `outcome` says how that went. */
  sayYes(by: By, id: string): Promise<{ request: ApprovalRequest; outcome: Outcome | undefined }>
  sayNo(by: By, of: { readonly id: string; readonly reason: string }): Promise<ApprovalRequest>
  withdraw(by: By, id: string): Promise<ApprovalRequest>
  review(by: By, words: ReviewWords): Promise<ApprovalRequest>
  /** @returns the id of the consent. */
  consentBeforehand(wanted: NewStandingConsent): Promise<string>
  revokeConsent(by: By, id: string): Promise<void>

  find(id: string): ApprovalRequest | undefined
  /** Newest first. */
  list(): readonly ApprovalRequest[]
  /** As `list`, of a span of time, out of the database. Refusal('invalid' | 'too-many') */
  listPast(span: Span): Promise<readonly ApprovalRequest[]>
  /** As `find`, also of what has been over for long. */
  findPast(id: string): Promise<ApprovalRequest | undefined>
  /** Whether his yes would count now. */
  mayVoice(personId: PrincipalId, request: ApprovalRequest): boolean
  /** Whether it concerns him: he asked, spoke, may speak, or may review it. */
  mayHear(personId: PrincipalId, request: ApprovalRequest): boolean
  /** Whether he may review what was done. */
  mayReview(personId: PrincipalId, request: ApprovalRequest): boolean
  /** Something that was done waits too long for its review, or is break-glass nobody has reviewed. */
  isReviewOverdue(): boolean
  standingConsents(giverId: PrincipalId): readonly StandingConsent[]
  delays(accountId: AccountId): readonly DisclosureDelayContent[]
  /** What is open by approval and has not ended. */
  opened(): readonly (OpenedMailContent & { readonly id: string; readonly departmentId: string })[]
  /** A person chooses his password with both halves of his code. Refusal('bad-credentials') */
  redeem(redeeming: Redeeming): Promise<void>
  /** For the verbs of this room that write in a transaction of their own. */
  readonly parts: Parts
  /** Reads what other nodes changed; called on a notice and every two seconds. */
  refresh(): Promise<void>
  /** Resolves when what was set off (an alarm, a re-read) is done. */
  settled(): Promise<void>
}
