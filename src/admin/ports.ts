/**
 * What the command line's API stands on. The composition root plugs it in; every verb asks the gate
 * first and compares no role itself. Architecture D9, D13.
 */
import type { Scope } from '../access/credentials/content.ts'
import type { Act, ActObject } from '../access/types.ts'
import type { Audit } from '../audit/types.ts'
import type { Clock, Millis } from '../base/clock.ts'
import type { PrincipalId } from '../base/id.ts'
import type { Database, Tx } from '../db/types.ts'
import type { Directory } from '../directory/types.ts'
import type { Writing } from '../directory/write/writing.ts'
import type { Queue } from '../queue/types.ts'

/** Who stands at the socket: the account of the operating system that owns the data directory. */
export interface AdminGate {
  /** Throws Refusal('not-permitted' | 'needs-approval'). */
  permit(act: Act, object: ActObject): void
}

export interface AppPasswordView {
  readonly id: string
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly createdAt: Millis
  readonly expiresAt: Millis | undefined
  /** To the hour. */
  readonly lastUsedAt: Millis | undefined
}

export interface NewAppPassword {
  readonly personId: PrincipalId
  readonly label: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: Millis | undefined
}

/** Passwords, given by `access`. It knows which of these acts need a second person (D10). */
export interface Credentials {
  /** A good one is made when none is given. @returns the password, to be told to the person. */
  setPassword(tx: Tx, personId: PrincipalId, password: string | undefined): Promise<string>
  createAppPassword(tx: Tx, input: NewAppPassword): Promise<{ id: string; password: string }>
  listAppPasswords(personId: PrincipalId): Promise<readonly AppPasswordView[]>
  /** Refusal('not-found') */
  revokeAppPassword(tx: Tx, personId: PrincipalId, id: string): Promise<void>
}

/** One thing `tamar verify` looked at, or found. */
export interface VerifyLine {
  readonly kind: 'progress' | 'fault' | 'summary'
  /** `accounts`, `messages`, `objects`, `rows`. */
  readonly what: string
  readonly done: number
  readonly total: number | undefined
  /** Plain words, with ids and no content. */
  readonly sentence: string | undefined
}

export interface ImportPreview {
  readonly people: number
  readonly faults: readonly { readonly line: number; readonly sentence: string }[]
  /** False for a dry run and when there was any fault. */
  readonly isDone: boolean
}

export interface Status {
  readonly version: string
  readonly nodeId: string
  readonly startedAt: Millis
  readonly isFounded: boolean
  readonly roles: readonly string[]
  readonly listeners: Readonly<Record<string, string>>
  readonly queueMessages: number
  readonly outboxEntries: number
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>
}

export interface AdminPorts {
  readonly database: Database
  readonly directory: Directory
  readonly writing: Writing
  readonly gate: AdminGate
  readonly credentials: Credentials
  readonly audit: Audit
  readonly queue: Queue
  readonly clock: Clock
  readonly status: () => Promise<Status>
  readonly verify: () => AsyncIterable<VerifyLine>
  /** Undefined where the house has no import: the verb says so then. */
  readonly importPeople?: (csv: string, isDryRun: boolean) => Promise<ImportPreview>
  /** After a writing: this node knows what was written. */
  readonly refresh: () => Promise<void>
}
