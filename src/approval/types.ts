/**
 * Two people for every act that touches others' data: a request, the consent of whom it concerns or
 * of another officer, an execution, a review. Architecture D10.
 *
 * Words: who *asks* makes a request; the owner or holder *consents*, an officer *approves*, both are
 * a *voice*; an approved request is *used* once, by the act itself; what was done is *reviewed*.
 */
import type { Act, ActInput, ActObject } from '../access/types.ts'
import type { Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../base/id.ts'

/** What a request becomes; it only goes on, never back. Stored: add, never rename. */
export type RequestState =
  | 'waiting'
  | 'approved'
  | 'executed'
  | 'refused'
  | 'withdrawn'
  /** Nobody stores this: time alone makes it. */
  | 'expired'

/** One person's yes. Stored sealed: add optional fields, never rename or remove. */
export interface Voice {
  readonly by: PrincipalId
  readonly at: Millis
  /** `consent` of the owner or holder; `approval` of an officer. */
  readonly as: 'consent' | 'approval'
  /** In which role he spoke, or `owner`, `holder`. */
  readonly role: string
  /** His office then. */
  readonly departmentId: DepartmentId
  /** Given before the request was made: the id of his standing consent. */
  readonly standingId?: string | undefined
}

/** How something ended, or was refused. */
export interface Ending {
  readonly by: PrincipalId
  readonly at: Millis
  readonly reason?: string | undefined
}

/** Somebody looks afterwards at what was done. */
export interface Review {
  readonly dueAt: Millis
  readonly by?: PrincipalId | undefined
  readonly at?: Millis | undefined
  readonly finding?: 'in-order' | 'not-in-order' | undefined
  readonly remark?: string | undefined
}

/** Stored sealed: add optional fields, never rename or remove. */
export interface RequestContent {
  readonly act: Act
  readonly object: ActObject
  readonly input: ActInput
  /** Hex; over act, object and input. */
  readonly digest: string
  readonly objectId?: string | undefined
  readonly accountId?: AccountId | undefined
  /** Department of the object: whose officers may approve. */
  readonly departmentId?: DepartmentId | undefined
  readonly requesterId: PrincipalId
  readonly requesterRole: string
  readonly requesterDepartmentId: DepartmentId
  readonly reason: string
  /** Lines that were asked for together. */
  readonly batchId?: string | undefined
  readonly ticket?: string | undefined
  readonly askedAt: Millis
  /** Voices must be complete before this. */
  readonly expiresAt: Millis
  readonly state: Exclude<RequestState, 'expired'>
  readonly voices: readonly Voice[]
  readonly approvedAt?: Millis | undefined
  /** The act must be done before this. */
  readonly useBefore?: Millis | undefined
  readonly ending?: Ending | undefined
  readonly review?: Review | undefined
  /** Base64, a keyed hash: the half of a code that who asked was shown. */
  readonly firstHalf?: string | undefined
}

export interface ApprovalRequest extends Omit<RequestContent, 'state'> {
  readonly id: string
  readonly version: number
  readonly state: RequestState
}

/**
 * Yes beforehand: the owner or holder lets a named person in, from a date to a date; he can take it
 * back. Named, because a yes to anybody would be a yes to whomever the other side invents.
 */
export interface StandingConsentContent {
  readonly giverId: PrincipalId
  readonly act: Act
  readonly accountId: AccountId
  readonly forPersonId: PrincipalId
  readonly from: Millis
  readonly to: Millis
}

export interface StandingConsent extends StandingConsentContent {
  readonly id: string
}

/** What an examiner does in an account is kept from its ledger until then, by an approved act. */
export interface DisclosureDelayContent {
  readonly accountId: AccountId
  readonly examinerId: PrincipalId
  readonly from: Millis
  readonly until: Millis
  readonly approvalId: string
}

/** Another's account that somebody may read for a time. Its end is in the row: no job has to end it. */
export interface OpenedMailContent {
  readonly accountId: AccountId
  readonly personId: PrincipalId
  readonly basis: 'examined' | 'taken-over'
  /** RFC 4314 letters. */
  readonly rights: string
  readonly from: Millis
  readonly to: Millis
  readonly approvalId?: string | undefined
  readonly approvedBy: readonly PrincipalId[]
  /** He may have a copy of all of it, once. */
  readonly mayExport?: boolean | undefined
  /** He may have what its owner deleted put into his own mailbox. */
  readonly mayRestore?: boolean | undefined
}

/** The right to choose a password once, with both halves of a code. */
export interface EnrolmentContent {
  readonly personId: PrincipalId
  readonly approvalId: string
  /** Whom the person must have met: who asked, and who said yes. */
  readonly issuedBy: PrincipalId
  readonly approvedBy: PrincipalId
  readonly issuedAt: Millis
  readonly expiresAt: Millis
  /** Base64 of keyed hashes; the halves themselves are shown once and kept nowhere. */
  readonly halves: readonly [string, string]
  readonly usedAt?: Millis | undefined
  readonly failures: number
}
