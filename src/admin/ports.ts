/**
 * What the API stands on. The composition root plugs in `AdminParts` once; every call of a verb gets
 * `AdminPorts`, made for its caller: what he may not see is not in them. Architecture D9, D13.
 */
import type { SeatName } from '../access/seats.ts'
import type { Scope } from '../access/credentials/content.ts'
import type { Ledger } from '../access/ledger/ledger.ts'
import type { Approvals } from '../approval/approvals.ts'
import type { ExportedMessage } from '../approval/export/mbox.ts'
import type { ApprovedWriting } from '../approval/opened-mail/open-mail.ts'
import type { Audit } from '../audit/types.ts'
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../base/id.ts'
import type { Database, Tx } from '../db/types.ts'
import type { Directory, Post } from '../directory/types.ts'
import type { Actor, Writing } from '../directory/write/writing.ts'
import type { MailExplanation, MailQuestion } from '../delivery/judge/explain.ts'
import type { DkimKeys } from '../mailauth/dkim/key-store.ts'
import type { Queue } from '../queue/types.ts'
import type { Store } from '../store/types.ts'
import type { OnProgress } from './progress.ts'
import type { Backups } from './backup/port.ts'
import type { AdminGate, Caller, Callers } from './callers.ts'
import type { NodeCertificates } from './certificate/port.ts'
import type { MailHosts } from './domain/port.ts'
import type { HeldMail } from './held/port.ts'
import type { ListModeration } from './moderation/port.ts'
import type { ReportPorts } from './report/port.ts'

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
  /** Refusal('not-found'): he has none. */
  resetFactors(tx: Tx, personId: PrincipalId): Promise<void>
  /** Whether he could sign in, if he were let. */
  hasAny(tx: Tx, personId: PrincipalId): Promise<boolean>
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

export interface Status {
  readonly version: string
  readonly nodeId: string
  readonly startedAt: Millis
  readonly isFounded: boolean
  readonly roles: readonly string[]
  readonly listeners: Readonly<Record<string, string>>
  readonly queueMessages: number
  readonly unsealedEntries: number
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>
}

/** What an administrator sees of the directory: the departments in his care, and nothing else. */
export type AdminDirectory = Pick<
  Directory,
  | 'findAddress'
  | 'person'
  | 'personByAddress'
  | 'department'
  | 'departmentByCode'
  | 'post'
  | 'addressesOf'
  | 'holdingsOf'
  | 'redirectsOf'
  | 'redirectsInForce'
  | 'filtersOf'
  | 'holds'
  | 'policy'
  | 'policyVersions'
  | 'roleGrants'
  | 'delegationsOf'
  | 'departments'
  | 'people'
  | 'posts'
  | 'sharedMailboxes'
  | 'lists'
>

/** Words for ids, for display alone: not scoped, because a holder may come from elsewhere. */
export interface Names {
  /** The code; empty when there is none. */
  department(id: DepartmentId): string
  /** The primary address; empty when there is none. */
  person(id: PrincipalId): string
  /** From an address to the id of any person: the address book is open to who has a mailbox. */
  anybody(address: string): PrincipalId | undefined
  /** The address of a person, post, shared mailbox, list or account with this id. */
  anything(id: string): string | undefined
  /** The account that has this address. */
  account(address: string): AccountId | undefined
}

/** What a founder gives to become a person of the directory. */
export interface SeatClaim {
  readonly signInName: string
  readonly passphrase: string
  /** Undefined: nobody has the address he said; he hears no more than for a wrong passphrase. */
  readonly personId: PrincipalId | undefined
  readonly password: string
}

/** Who sits in a seat whose founder is gone, and the three others who say so. */
export interface SeatReplacement {
  readonly newcomer: {
    readonly seat: SeatName
    readonly nameEn: string
    readonly nameZh: string
    readonly signInName: string
    readonly passphrase: string
  }
  readonly signers: readonly { readonly signInName: string; readonly passphrase: string }[]
}

export interface RestoredMail {
  readonly mailbox: string
  readonly messages: number
}

/** Packs the texts of mail for search anew. @returns of how many messages. */
export interface SearchRebuilding {
  rebuildSearch(account: AccountId, told: OnProgress): Promise<number>
  rebuildAllSearch(told: OnProgress): Promise<number>
}

interface Shared {
  readonly nodeId: string
  readonly database: Database
  readonly approvals: Approvals
  readonly ledger: Ledger
  /** What an account’s owner deleted, into a mailbox of a person’s own. Whether he may was asked before. */
  readonly restoreMail: (from: AccountId, personId: PrincipalId) => Promise<RestoredMail>
  readonly audit: Audit
  readonly queue: Queue
  /** The keys that sign for a domain. */
  readonly dkim: Pick<DkimKeys, 'tend'>
  /** What the rules of mail say of a message; nothing is done with it. */
  readonly explainMail: (question: MailQuestion) => Promise<MailExplanation>
  /** How mail comes and goes, for DNS. */
  readonly mailHosts: MailHosts
  /** What other systems reported of our mail. */
  readonly reports: ReportPorts
  /** What accounts hold and may hold; nothing of what is in them. */
  readonly room: Pick<Store, 'quota' | 'departmentUse'>
  readonly search: SearchRebuilding
  readonly backups: Backups
  readonly moderation: ListModeration
  readonly heldMail: HeldMail
  readonly certificates: NodeCertificates
  readonly clock: Clock
  readonly callers: Callers
  /** Refusal where the person cannot have the seat. */
  readonly takeSeat: (claim: SeatClaim) => Promise<'wrong' | 'not-yet' | undefined>
  /** `invalid`: the name, the sign-in name or the passphrase of the newcomer is not right. */
  readonly replaceFounder: (
    replacement: SeatReplacement,
  ) => Promise<'wrong' | 'not-yet' | 'invalid' | undefined>
  readonly status: () => Promise<Status>
  /** Of the process that answers, in Prometheus’ text format. */
  readonly metrics: () => Promise<string>
  readonly verify: () => AsyncIterable<VerifyLine>
  /** After a writing: this node knows what was written. */
  readonly refresh: () => Promise<void>
}

/** Of the node, once. */
export interface AdminParts extends Shared {
  /** Every message of an account. Whether he may have it was asked before. */
  readonly exportMail: (accountId: AccountId) => AsyncIterable<ExportedMessage>
  readonly directory: Directory
  readonly writing: Writing
  readonly credentials: (writing: Writing) => Credentials
}

/** Of one call. */
export interface AdminPorts extends Shared {
  readonly caller: Caller
  readonly gate: AdminGate
  readonly directory: AdminDirectory
  readonly nameOf: Names
  /** Whether an address is of a department in his care; asking leaves no trace. */
  readonly isInCare: (address: string) => boolean
  /** Posts that the caller holds now. */
  readonly heldPosts: () => readonly Post[]
  /** Its actor is the caller. */
  readonly writing: ApprovedWriting
  readonly credentials: Credentials
  readonly actor: Actor
  /** Of verbs that take long: how far they are. */
  readonly onProgress: OnProgress
  /** What must be true when something is written: If-Match, the first use of an idempotency key. */
  readonly beforeWriting: (tx: Tx) => Promise<void>
}
