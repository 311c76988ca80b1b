/**
 * What the API stands on. The composition root plugs in `AdminParts` once; every call of a verb gets
 * `AdminPorts`, made for its caller: what he may not see is not in them. Architecture D9, D13.
 */
import type { SeatName } from '../access/seats.ts'
import type { Scope } from '../access/credentials/content.ts'
import type { Office } from '../access/decide.ts'
import type { Ledger } from '../access/ledger/ledger.ts'
import type { Act, ActObject, Reach, WritingGate } from '../access/types.ts'
import type { Approvals } from '../approval/approvals.ts'
import type { ExportedMessage } from '../approval/export/mbox.ts'
import type { ApprovedWriting } from '../approval/opened-mail/open-mail.ts'
import type { Audit } from '../audit/types.ts'
import type { Clock, Millis } from '../base/clock.ts'
import type { AccountId, DepartmentId, PrincipalId } from '../base/id.ts'
import type { Database, Tx } from '../db/types.ts'
import type { Directory, Post } from '../directory/types.ts'
import type { Actor, Writing } from '../directory/write/writing.ts'
import type { MailResolver } from '../dns/types.ts'
import type { MailExplanation, MailQuestion } from '../delivery/judge/explain.ts'
import type { DkimKeys } from '../mailauth/dkim/key-store.ts'
import type { Queue } from '../queue/types.ts'
import type {
  DmarcGroup,
  DmarcSum,
  Summary,
  SummaryQuestion,
  TlsGroup,
  TlsSum,
} from '../report/received/summarise.ts'
import type { Store } from '../store/types.ts'
import type { DrillReport } from './drill/rows.ts'
import type { OnProgress } from './progress.ts'

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

/** A file in the folder of backups; without a head it is none that this release can read. */
export interface BackupListed {
  readonly name: string
  readonly octets: number
  readonly head: { readonly backupId: string; readonly takenAt: Millis } | undefined
}

export interface BackupFound {
  readonly name: string
  readonly backupId: string
  readonly takenAt: Millis
  readonly rows: number
  readonly objects: number
  readonly missingObjects: number
}

/** Backups in the folder of this node. Whether somebody may was asked before. */
export interface Backups {
  /** The newest first. */
  list(): Promise<readonly BackupListed[]>
  make(told: OnProgress): Promise<BackupFound>
  /** Refusal('not-found' | 'invalid'): what is wrong with it is the message. */
  verify(name: string, told: OnProgress): Promise<BackupFound>
  /** Of the newest where none is named. Refusal('too-busy'): one runs already. */
  drill(name: string | undefined, told: OnProgress): Promise<DrillReport>
}

/** What waits for the moderator of a list, as he is shown it: nothing of what is in it. */
export interface WaitingForModerator {
  readonly id: string
  readonly list: string
  readonly listId: string
  /** The list's owner and his department: whose consent it is. */
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  /** Empty: a machine's report. */
  readonly reversePath: string
  readonly octets: number
  readonly waitingSince: Millis
  readonly expiresAt: Millis
}

export interface ListModeration {
  /** Of the moderated lists that these accounts own, the oldest first. */
  waitingFor(accounts: readonly AccountId[]): Promise<readonly WaitingForModerator[]>
  /**
   * Prepared, and done in the transaction that records it. Refusal('not-found'): somebody was quicker,
   * or its time was over.
   */
  prepare(id: string, decision: 'let-through' | 'refuse'): Promise<(tx: Tx) => Promise<void>>
}

/** What was set aside for an account. Its owner alone is shown who wrote it and what about. */
export interface HeldMessage {
  /** Of the queued message. */
  readonly id: string
  /** In the mail log. */
  readonly messageId: string
  readonly accountId: AccountId
  readonly departmentId: DepartmentId
  readonly address: string
  readonly from: string
  readonly subject: string
  readonly octets: number
  /** The rule, and in plain words. */
  readonly reason: string
  readonly about: string
  readonly heldAt: Millis
  readonly expiresAt: Millis
  /** A virus is in it: nobody gets it. */
  readonly isDangerous: boolean
  readonly request: { readonly at: Millis; readonly by: PrincipalId } | undefined
}

/** Whether somebody may was asked before; all acts are within the transaction that records them. */
export interface HeldMail {
  /** The oldest first. */
  waitingFor(accounts: readonly AccountId[]): Promise<readonly HeldMessage[]>
  /** Of which departments so ever; asked for the longest ago first. */
  requested(): Promise<readonly HeldMessage[]>
  /** @returns false: it was asked for already, or is gone. */
  request(tx: Tx, id: string, by: PrincipalId): Promise<boolean>
  /** To its owner. Refusal('not-found' | 'malware') */
  letGo(tx: Tx, id: string): Promise<void>
  /** Refusal('not-found'); 'message-held' while a matter keeps the owner's mail. */
  refuse(tx: Tx, id: string): Promise<void>
}

export interface CertificateView {
  readonly names: readonly string[]
  readonly issuer: string
  readonly serial: string
  readonly notBefore: Millis
  readonly notAfter: Millis
  readonly fingerprint: string
  readonly isGiven: boolean
  readonly tlsa: string
  readonly nextTlsa: string | undefined
}

/** The certificate of the node that answers. Whether somebody may was asked before. */
export interface NodeCertificates {
  show(): Promise<CertificateView>
  /** PKCS #10, PEM. Refusal('invalid'): this node renews its own by itself. */
  request(): Promise<string>
  /** Refusal('invalid'): what is wrong with it is the message; nothing was changed. */
  install(pem: string): Promise<CertificateView>
}

export interface MailHosts {
  readonly hostname: string
  /** What leaves goes through it. */
  readonly smartHost: string | undefined
  readonly resolver: DomainResolver
  /** Where the reports of other systems go, as it is now. */
  readonly reportsTo: () => ReportPlaces
  /** As they are now: certificates change without a restart. */
  readonly ownKeys: () => Promise<OwnKeys>
  /** What the domain says over HTTPS of its servers; undefined: nothing. */
  readonly stsPolicyOf: (domain: string) => string | undefined
}

export interface ReportPlaces {
  readonly dmarc: string | undefined
  readonly tls: string | undefined
  /** Undefined: none is taken by HTTPS. */
  readonly tlsUrl: string | undefined
  /** Whether what comes to an address is read as reports, and not somebody’s mail. */
  readonly isRead: (address: string) => boolean
}

/** What other systems reported. Whether somebody may see it was asked before. */
export interface ReportPorts {
  dmarc(question: SummaryQuestion<DmarcGroup>): Promise<Summary<DmarcSum>>
  tls(question: SummaryQuestion<TlsGroup>): Promise<Summary<TlsSum>>
}

export type DomainResolver = Pick<MailResolver, 'mailExchanges' | 'addresses' | 'tlsa' | 'texts'>

/** The keys of this node's certificates as TLSA records. */
export interface OwnKeys {
  readonly current: string
  readonly next: string | undefined
  /** The certificate in use is for the node's name. */
  readonly isForHostname: boolean
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
