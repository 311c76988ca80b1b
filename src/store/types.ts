/**
 * The mail model under every protocol: accounts, mailboxes, messages, keywords, threads, one change
 * sequence per account (modSeq) and tombstones. Architecture D6.
 *
 * Words: an *account* holds mail; a *mailbox* is a folder of it; a *message* is RFC 5322 octets kept
 * once in an account; an *entry* is one message's place in one mailbox, with a UID, flags and a modSeq.
 */
import type { AccountId, DepartmentId, MailboxId, MessageId, PrincipalId } from '../base/id.ts'
import type { Millis } from '../base/clock.ts'
import type { PartName } from './packs/pack-cache.ts'
import type { PackedRun } from './packs/read-packs.ts'
import type { EmailChange, EmailGone, EmailView, MailboxHistory } from './emails/types.ts'
import type { Arrangement } from './mailboxes/arrange.ts'
import type { PreparedMessage } from './messages/prepare.ts'
import type { Remembering } from './remember.ts'
import type { Setting, SettingPlace } from './settings/settings.ts'
import type {
  addSubmission,
  Held,
  readSubmissions,
  SubmissionFacts,
} from './submissions/submissions.ts'
import type { openUpload, Upload, UploadPlace } from './uploads/uploads.ts'
import type { AccountKind, AccountLimits, Quota, Use } from './accounts/types.ts'
import type { Annotation } from './annotations/types.ts'
import type {
  CopiedUids,
  Entry,
  FlagChange,
  FlagsStored,
  MailboxChanges,
  MailboxColumns,
} from './entries/types.ts'
import type { Mailbox, MailboxRole } from './mailboxes/types.ts'
import type { AppendInput, Appended, Arrival, MessageFacts, Summary } from './messages/types.ts'
import type { PackedOrder } from './packs/types.ts'
import type { DocumentHits, MessageHits, TextHits, TextQuery } from './search/types.ts'

export type { AccountKind, AccountLimits, Quota, Use } from './accounts/types.ts'
export type { Annotation } from './annotations/types.ts'
export { flagBits, keywordsMax } from './entries/types.ts'
export type {
  CopiedUids,
  Entry,
  FlagChange,
  FlagsStored,
  MailboxChanges,
  MailboxColumns,
  SystemFlag,
} from './entries/types.ts'
export type { Mailbox, MailboxRole } from './mailboxes/types.ts'
export type { AppendInput, Appended, Arrival, MessageFacts, Summary } from './messages/types.ts'
export type { PackedOrder } from './packs/types.ts'
export type { DocumentHits, MessageHits, TextHits, TextQuery } from './search/types.ts'
export type { BodyStructure } from '../mime/types.ts'

export interface Recoverable {
  readonly messageId: MessageId
  /** In the mailbox of recoverable items. */
  readonly uid: number
  /** Where it stood last; it may be gone. */
  readonly mailboxId: MailboxId
  readonly deletedAt: Millis
  readonly until: Millis
  readonly octets: number
}

/** Which recoverable items: all of them where nothing is said. */
export interface RecoverableAsked {
  readonly ids?: readonly MessageId[]
  readonly position?: number
  readonly limit?: number
}

/** A message prepared once for many accounts; only `Store.prepare` makes one. */
export type { PreparedMessage as Prepared } from './messages/prepare.ts'

/** The store as doors and workers meet it. Every call may throw Refusal. */
export interface Store extends AsyncDisposable {
  // accounts
  createAccount(account: {
    readonly accountId: AccountId
    readonly departmentId: DepartmentId
    readonly kind: AccountKind
    readonly limitOctets?: number
    readonly limitMessages?: number
  }): Promise<void>
  quota(account: AccountId): Promise<Quota>
  /** What all accounts of a department hold together; a sum over them, so ask seldom. */
  departmentUse(department: DepartmentId): Promise<Use>
  setQuota(account: AccountId, limits: AccountLimits): Promise<void>

  // mailboxes
  mailboxes(account: AccountId): Promise<readonly Mailbox[]>
  /** Refusal('no-such-mailbox') when there is none of that name. */
  mailboxByName(account: AccountId, name: string): Promise<Mailbox>
  mailbox(account: AccountId, id: MailboxId): Promise<Mailbox>
  /** Superior names are made too (RFC 9051 §6.3.4). */
  createMailbox(account: AccountId, name: string, role?: MailboxRole): Promise<Mailbox>
  /** Takes the inferior names along; renaming INBOX moves its messages (RFC 9051 §6.3.6). */
  renameMailbox(account: AccountId, id: MailboxId, name: string): Promise<void>
  deleteMailbox(account: AccountId, id: MailboxId): Promise<void>
  setSubscribed(account: AccountId, id: MailboxId, isSubscribed: boolean): Promise<void>
  /** Names that are subscribed and that no mailbox has any more, by name (RFC 9051 §6.3.7). */
  keptSubscriptions(account: AccountId): Promise<readonly string[]>
  /** Refusal('no-such-mailbox') when the name is not among those. */
  dropKeptSubscription(account: AccountId, name: string): Promise<void>
  /** Its role and place. Refusal('no-such-mailbox' | 'already-exists' | 'invalid'). */
  arrangeMailbox(account: AccountId, id: MailboxId, arrangement: Arrangement): Promise<void>
  /** Unseen and deleted counts for STATUS, as `viewer` sees them. */
  counts(
    account: AccountId,
    id: MailboxId,
    viewer: PrincipalId,
  ): Promise<{ readonly unseen: number; readonly deleted: number }>
  /** User keywords in use in the account. */
  keywords(account: AccountId): Promise<readonly string[]>

  // reading
  /** All entries of a mailbox in UID order, with the modSeq they are true at. */
  entries(
    account: AccountId,
    id: MailboxId,
    viewer: PrincipalId,
    /** The account's modSeq that the answer has to know; undefined: the latest there is. */
    asOf?: number,
  ): Promise<{ readonly mailbox: Mailbox; readonly entries: readonly Entry[] }>
  /** The same as `entries`, without a value made for each. */
  columns(
    account: AccountId,
    id: MailboxId,
    viewer: PrincipalId,
    asOf?: number,
  ): Promise<MailboxColumns>
  /** What changed after `modSeq`; RFC 7162 CHANGEDSINCE and VANISHED. */
  changes(
    account: AccountId,
    id: MailboxId,
    viewer: PrincipalId,
    modSeq: number,
    /** The account's modSeq that the answer has to know; undefined: the latest there is. */
    asOf?: number,
  ): Promise<MailboxChanges>
  /** In UID order; UIDs that are gone are left out. Yields batches so that a reader can write. */
  summaries(
    account: AccountId,
    id: MailboxId,
    uids: readonly number[],
  ): AsyncIterable<readonly Summary[]>
  /** Cheap columns only: no sealed value is opened. */
  facts(
    account: AccountId,
    id: MailboxId,
    uids: readonly number[],
  ): Promise<readonly MessageFacts[]>
  /** The whole message. Refusal('no-such-message') when it is gone. */
  content(account: AccountId, id: MailboxId, uid: number): Promise<Buffer>

  /** Exact, without opening a message; undefined while nothing of the account is packed. */
  findTexts(
    account: AccountId,
    id: MailboxId,
    queries: readonly TextQuery[],
  ): Promise<TextHits | undefined>

  /** The same in all mailboxes, by message: each text is looked at once, however many there are. */
  findMessages(account: AccountId, queries: readonly TextQuery[]): Promise<MessageHits | undefined>

  /** Its owner has come: what his first search would read of a large account is read now. */
  warmSearch(account: AccountId): Promise<void>
  /** Words in attached documents of all mailboxes, folded here. */
  findDocuments(account: AccountId, words: readonly string[]): Promise<DocumentHits>
  /** Messages whose documents' words may have become known since the account was at `modSeq`. */
  documentsSince(account: AccountId, modSeq: number): Promise<readonly MessageId[]>

  /** What messages are sorted and threaded by, by UID; those that are not packed are missing. */
  orders(
    account: AccountId,
    id: MailboxId,
    uids: readonly number[],
  ): Promise<ReadonlyMap<number, PackedOrder>>
  /**
   * Messages as they are packed, some hundred at a time; `pack` is undefined for those that have to be
   * read one by one. UIDs ascend within a run.
   */
  packed<N extends PartName>(
    account: AccountId,
    id: MailboxId,
    uids: readonly number[],
    parts: readonly N[],
  ): AsyncIterable<PackedRun<N>>

  // writing
  append(
    account: AccountId,
    id: MailboxId,
    inputs: readonly AppendInput[],
    viewer: PrincipalId,
  ): Promise<readonly Appended[]>
  storeFlags(
    account: AccountId,
    id: MailboxId,
    viewer: PrincipalId,
    uids: readonly number[],
    change: FlagChange,
    unchangedSince?: number,
  ): Promise<FlagsStored>
  /** Within one account the message is shared; across accounts it is sealed anew. */
  copy(
    from: { readonly account: AccountId; readonly mailbox: MailboxId },
    uids: readonly number[],
    to: { readonly account: AccountId; readonly mailbox: MailboxId },
    viewer: PrincipalId,
  ): Promise<CopiedUids>
  move(
    from: { readonly account: AccountId; readonly mailbox: MailboxId },
    uids: readonly number[],
    to: { readonly account: AccountId; readonly mailbox: MailboxId },
    viewer: PrincipalId,
  ): Promise<CopiedUids>
  /**
   * Entries leave the mailbox; the last entry's message becomes recoverable and stands in the
   * mailbox of that role. @returns the UIDs, and the modSeq of the change: 0 when nothing changed.
   */
  expunge(
    account: AccountId,
    id: MailboxId,
    viewer: PrincipalId,
    /** Only those of these UIDs; all \Deleted entries when undefined. */
    uids: readonly number[] | undefined,
  ): Promise<{ readonly uids: readonly number[]; readonly modSeq: number }>

  /** Of a mailbox, or of the account as a whole; the viewer's own and the shared ones. */
  annotations(
    account: AccountId,
    id: MailboxId | undefined,
    viewer: PrincipalId,
  ): Promise<readonly Annotation[]>
  /** All of them or none; an undefined value takes one away. Refusal('too-many'). */
  setAnnotations(
    account: AccountId,
    id: MailboxId | undefined,
    viewer: PrincipalId,
    changes: readonly (Pick<Annotation, 'isShared' | 'entry'> & {
      readonly value: Buffer | undefined
    })[],
  ): Promise<void>

  // arrival
  prepare(octets: Buffer): Promise<PreparedMessage>
  /** Durable when it resolves. `isDuplicate`: the same message was delivered here in the last 24 h. */
  arrive(
    prepared: PreparedMessage,
    arrival: Arrival,
  ): Promise<{ readonly isDuplicate: boolean; readonly appended: Appended | undefined }>

  /** Whether a filter or an answer has met it before its time was over. */
  isRemembered(account: AccountId, what: string): Promise<boolean>
  /** False: it was remembered already. */
  rememberUntil(account: AccountId, remembering: Remembering): Promise<boolean>

  // recoverable items; copy and move from the mailbox `recoverable` recover too
  /** Latest deleted first. */
  recoverable(account: AccountId, asked?: RecoverableAsked): Promise<readonly Recoverable[]>
  countRecoverable(account: AccountId): Promise<number>
  recover(account: AccountId, message: MessageId, to: MailboxId): Promise<Appended>

  // by message, for JMAP
  /** The account as it is now or later; read it between two waits, it goes on with the account. */
  emails(account: AccountId, viewer: PrincipalId): Promise<EmailView>
  /** Entries gone after `since`. */
  emailsGone(account: AccountId, since: number): Promise<readonly EmailGone[]>
  /** Changes since an older modSeq are not known: a backup was put back in between. */
  statesFrom(account: AccountId): Promise<number>
  /** Mailboxes that are there, and those deleted after `since`. */
  mailboxHistory(account: AccountId, since: number): Promise<readonly MailboxHistory[]>
  /** In all its mailboxes at once. Refusal('no-such-message' | 'invalid' | 'over-quota'). */
  changeEmail(account: AccountId, viewer: PrincipalId, change: EmailChange): Promise<void>
  /** Out of every mailbox; it becomes recoverable. Refusal('no-such-message'). */
  destroyEmail(account: AccountId, id: MessageId): Promise<void>
  /** Refusal('over-quota') when too much is waiting already. */
  keepUpload(place: UploadPlace, content: Buffer, mediaType: string): Promise<Upload>
  /** Undefined: there is none, it is another's, or its day is over. */
  openUpload(place: UploadPlace, id: string): ReturnType<typeof openUpload>

  /** Remembers what was sent by JMAP, or waits for its time. */
  addSubmission(
    account: AccountId,
    facts: SubmissionFacts,
    held?: Held,
  ): ReturnType<typeof addSubmission>
  /** @returns false: it has left already, or never waited. */
  cancelSubmission(account: AccountId, id: string): Promise<boolean>
  /** Refusal('not-found'). */
  destroySubmission(account: AccountId, id: string): Promise<void>
  /** Those changed after `since`, destroyed ones among them. */
  submissions(account: AccountId, since: number): ReturnType<typeof readSubmissions>

  /** What somebody keeps in an account beside its mail. */
  settings(place: SettingPlace): Promise<readonly Setting[]>
  /** An undefined value takes it away. Refusal('too-many' | 'too-large'). */
  putSetting(place: SettingPlace, id: string, value: object | undefined): Promise<void>

  // the change feed
  /** Called after commit, on any node, with the account's modSeq; may be called for nothing. */
  watch(account: AccountId, onChange: (modSeq: number) => void): Disposable
}
