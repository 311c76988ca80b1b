/** Who calls the API, and for how long. Given by `access`. */
import type { Office } from '../access/decide.ts'
import type { Act, ActObject, Reach, WritingGate } from '../access/types.ts'
import type { Millis } from '../base/clock.ts'
import type { DepartmentId, PrincipalId } from '../base/id.ts'
import type { Actor } from '../directory/write/writing.ts'

/** The one gate, as it stands for one caller. */
export interface AdminGate {
  /** Where he may do the act, with or without an approval; undefined: nowhere. */
  reachOf(act: Act): Reach | undefined
  /** Throws Refusal('not-permitted' | 'needs-approval'). */
  permit(act: Act, object: ActObject): void
}

export interface Caller {
  /** `operator`: who has the machine's account in his hands, at the local socket. */
  readonly kind: 'operator' | 'person'
  readonly personId: PrincipalId | undefined
  readonly departmentId: DepartmentId | undefined
  /** Who he is in the audit trail; undefined: a stranger. */
  readonly principalId: string | undefined
  readonly sessionId: string | undefined
  readonly gate: AdminGate
  /** The roles that count for him now. */
  readonly offices: () => readonly Office[]
  /** The gate of what he writes, asked in the transaction. */
  readonly requireGrant: WritingGate
}

/** What somebody is told at sign-in. */
export interface OpenedSession {
  readonly id: string
  /** Shown once; kept nowhere. */
  readonly token: string
  readonly personId: PrincipalId
  /** It ends then at the latest, and earlier when it is not used. */
  readonly expiresAt: Millis
}

export interface SessionView {
  readonly id: string
  readonly personId: PrincipalId
  readonly createdAt: Millis
  readonly usedAt: Millis
  readonly expiresAt: Millis
  readonly remoteAddress: string
}

/** Who calls, given by `access`. */
export interface Callers {
  /** Refusal('bad-credentials') where there is none: not at the local socket. */
  operator(): Caller
  /** Refusal('bad-credentials' | 'throttled' | 'suspended') */
  signIn(
    given: {
      readonly address: string
      readonly password: string
      readonly code: string | undefined
    },
    remoteAddress: string,
  ): Promise<OpenedSession>
  /** That it is he; nothing is opened. Refusal('bad-credentials' | 'throttled' | 'suspended') */
  prove(address: string, password: string, remoteAddress: string): Promise<void>
  /** Refusal('bad-credentials') for a token that is unknown, ended or expired. */
  byToken(token: string): Promise<Caller>
  /** All nodes refuse it from now on. @returns whether he had it. */
  end(personId: PrincipalId, sessionId: string, by: Actor): Promise<boolean>
  sessionsOf(personId: PrincipalId): Promise<readonly SessionView[]>
}
