/** The store, put together: each verb stands in its own file. */
import type { AccountId } from '../base/id.ts'
import { createAccount, type NewAccount } from './accounts/create.ts'
import { moveAccount } from './accounts/move.ts'
import { readDepartmentUse, readQuota, setQuota } from './accounts/quota.ts'
import { readAnnotations, setAnnotations } from './annotations/annotations.ts'
import { takeNearlyFull, type NearlyFull } from './accounts/nearly-full.ts'
import { ChangeFeed } from './change-feed.ts'
import type { StoreContext } from './context.ts'
import { changeEmail, destroyEmail } from './emails/change-email.ts'
import { EmailMirror } from './emails/email-mirror.ts'
import { readGone, readMailboxHistory, readStatesFrom } from './emails/history.ts'
import { copy, move } from './entries/copy.ts'
import { expunge } from './entries/expunge.ts'
import { readChanges, readColumns, readCounts, readEntries } from './entries/read.ts'
import { storeFlags } from './entries/store-flags.ts'
import { readKeywords } from './keywords.ts'
import { createMailbox } from './mailboxes/create.ts'
import { deleteMailbox } from './mailboxes/delete.ts'
import type { HoldsOf } from './holds.ts'
import { inboxOf } from './mailboxes/inbox.ts'
import { currentMailbox, currentMailboxByName, currentMailboxes } from './mailboxes/current.ts'
import { dropKeptSubscription, readKeptSubscriptions } from './mailboxes/kept-subscriptions.ts'
import { renameMailbox } from './mailboxes/rename.ts'
import { arrangeMailbox } from './mailboxes/arrange.ts'
import { setSubscribed } from './mailboxes/subscribe.ts'
import { append } from './messages/append.ts'
import { arrive } from './messages/arrive.ts'
import { prepareMessage } from './messages/prepare.ts'
import { Mirror } from './mirror/mirror.ts'
import { PackCache } from './packs/pack-cache.ts'
import { packDue, packMailboxes } from './packs/pack-mailboxes.ts'
import { readOrders } from './packs/read-orders.ts'
import { readPacks } from './packs/read-packs.ts'
import { readContent, readFacts, readSummaries } from './messages/read.ts'
import {
  accountsWithExpired,
  countRecoverable,
  destroyExpired,
  readRecoverable,
  recover,
} from './recoverable.ts'
import { retireEpochs } from './retire-epochs.ts'
import { FilterCache } from './search/filter-cache.ts'
import { findMessages, findTexts } from './search/find.ts'
import { warmFilters } from './search/read-filters.ts'
import { documentsSince, findDocuments } from './documents/find.ts'
import { renewDocuments } from './documents/forget.ts'
import { readDocuments } from './documents/read-due.ts'
import type { ReadPdf } from '../extract/pdf/types.ts'
import { packAccount, packTexts } from './search/pack.ts'
import { forgetRemembered, isRemembered, rememberUntil } from './remember.ts'
import { rebuildAllSearch, rebuildSearch, type Told } from './search/rebuild.ts'
import type { Millis } from '../base/clock.ts'
import type { Tx } from '../db/types.ts'
import { recoverableMsInitial, samenessMs } from './limits.ts'
import type { AccountLimits, Store } from './types.ts'
import { putSetting, readSettings } from './settings/settings.ts'
import {
  cancelHeld,
  claimHeld,
  finishHeld,
  readHeld,
  type HeldSubmission,
} from './submissions/held.ts'
import { addSubmission, destroySubmission, readSubmissions } from './submissions/submissions.ts'
import { expireUploads, keepUpload, openUpload } from './uploads/uploads.ts'

export interface StoreOptions extends Pick<
  StoreContext,
  'database' | 'keys' | 'objects' | 'clock'
> {
  /** How long the owner can recover what he deletes from now on; 30 days initially. */
  readonly recoverableMs?: () => number
  /** Times of which an account's mail is held; none, if nobody keeps a record. */
  readonly holdsOf?: HoldsOf
  /** Names this node among those that hear its announcements. */
  readonly nodeId: string
  /** Tests drop every announcement: truth must not depend on them. */
  readonly isAnnouncing?: boolean
}

/** The store and what only `app` and the task runner use of it. */
export interface OwnedStore extends Store {
  readonly context: StoreContext
  /** In the transaction of whoever makes a person, a post or a shared mailbox. */
  createAccountIn(tx: Tx, account: NewAccount): Promise<void>
  /** The account belongs to another department now; its keys are moved by `keys`. */
  moveAccountIn(tx: Tx, account: NewAccount): Promise<void>
  /** In the transaction of whoever sets it. */
  setQuotaIn(tx: Tx, account: AccountId, limits: AccountLimits): Promise<void>
  /** Accounts near their quota, each once a day: their owners are to be told. */
  takeNearlyFull(limit: number): Promise<readonly NearlyFull[]>
  /** Destroys what can no longer be recovered. @returns how many messages. */
  destroyExpired(account: AccountId): Promise<number>
  /** Accounts that have something to destroy now. */
  accountsWithExpired(): Promise<readonly AccountId[]>
  /** One round of destroying months' keys that no kept backup needs. @returns how many. */
  retireEpochs(keptMs: number): Promise<number>
  /** Packs texts for search, where enough are waiting, until told to stop. @returns how many. */
  packTexts(signal?: AbortSignal): Promise<number>
  /** Packs the mailboxes that this node filled and that are at rest now. @returns how many messages. */
  packDue(signal?: AbortSignal): Promise<number>
  /** One round of reading documents for search. @returns how many messages were looked at. */
  readDocuments(readPdf: ReadPdf): Promise<number>
  /** Documents whose words were folded by another version are to be read again. */
  renewDocuments(): Promise<void>
  /** Packs whatever of an account is old enough, a segment's worth or not. */
  packAccount(account: AccountId): Promise<number>
  /** Packs the texts of an account anew. @returns how many. */
  rebuildSearch(account: AccountId, told?: Told): Promise<number>
  /** Packs the texts of all accounts anew, one after the other. @returns how many. */
  rebuildAllSearch(told: Told): Promise<number>
  /** Forgets deliveries older than a day. */
  forgetDeliveries(): Promise<void>
  /** Drops uploads whose day is over. */
  expireUploads(): Promise<void>
  /** What waited for its time and is due: for this node until then. */
  claimHeld(claimedUntil: Millis, limit: number): Promise<readonly HeldSubmission[]>
  /** The message as it was submitted. */
  readHeld(held: HeldSubmission): Promise<Buffer>
  /** Sent now, with what `work` does, unless it was taken back. @returns whether it was. */
  finishHeld(held: HeldSubmission, work: (tx: Tx) => Promise<void>): Promise<boolean>
}

export async function createStore(options: StoreOptions): Promise<OwnedStore> {
  const { database, keys, objects, clock, recoverableMs = () => recoverableMsInitial } = options
  const { holdsOf = () => [] } = options
  const feed = new ChangeFeed(options)
  await feed.ready
  const mirror = new Mirror({ database, keys, clock })
  const caches = { inboxes: new Map(), kinds: new Map(), keywordNames: new Map() }
  const packs = new PackCache(clock)
  const searchFilters = new FilterCache()
  const due = new Map<AccountId, number>()
  const own = { mirror, packs, searchFilters, due }
  const ground = { database, keys, objects, clock, feed, recoverableMs, holdsOf, ...own }
  return composeStore({ ...ground, ...caches })
}

function composeStore(context: StoreContext): OwnedStore {
  const view = (account: string, mailbox: string, viewer: string) => ({ account, mailbox, viewer })
  const emails = new EmailMirror(context)
  return {
    context,
    createAccountIn: (tx, account) => createAccount(context, tx, account),
    moveAccountIn: (tx, account) => moveAccount(tx, account),
    createAccount: (account) =>
      context.database.transaction((tx) => createAccount(context, tx, account)),
    quota: (account) => readQuota(context, account),
    departmentUse: (department) => readDepartmentUse(context, department),
    setQuota: (account, limits) =>
      context.database.transaction((tx) => setQuota(tx, account, limits)),
    setQuotaIn: setQuota,
    takeNearlyFull: (limit) => takeNearlyFull(context, limit),

    async mailboxes(account) {
      await inboxOf(context, account)
      return currentMailboxes(context, account)
    },
    async mailboxByName(account, name) {
      await inboxOf(context, account)
      return currentMailboxByName(context, account, name)
    },
    mailbox: (account, id) => currentMailbox(context, account, id),
    async createMailbox(account, name, role) {
      await inboxOf(context, account)
      return createMailbox(context, account, name, role)
    },
    renameMailbox: (account, id, name) => renameMailbox(context, account, id, name),
    deleteMailbox: (account, id) => deleteMailbox(context, account, id),
    arrangeMailbox: (account, id, arrangement) => arrangeMailbox(context, account, id, arrangement),
    setSubscribed: (account, id, isOn) => setSubscribed(context, account, id, isOn),
    keptSubscriptions: (account) => readKeptSubscriptions(context, account),
    dropKeptSubscription: (account, name) => dropKeptSubscription(context, account, name),
    counts: (account, id, viewer) => readCounts(context, view(account, id, viewer)),
    keywords: (account) => readKeywords(context, account),

    entries: (account, id, viewer, asOf) => readEntries(context, view(account, id, viewer), asOf),
    columns: (account, id, viewer, asOf) => readColumns(context, view(account, id, viewer), asOf),
    changes: (account, id, viewer, modSeq, asOf) =>
      readChanges(context, view(account, id, viewer), modSeq, asOf),
    summaries: (account, id, uids) => readSummaries(context, account, id, uids),
    facts: (account, id, uids) => readFacts(context, account, id, uids),
    orders: (account, mailbox, uids) => readOrders(context, { account, mailbox }, uids),
    packed: (account, mailbox, uids, parts) =>
      readPacks(context, { account, mailbox }, uids, parts),
    findTexts: (account, id, queries) => findTexts(context, account, id, queries),
    findMessages: (account, queries) => findMessages(context, account, queries),
    warmSearch: (account) => warmFilters(context, account),
    findDocuments: (account, words) => findDocuments(context, account, words),
    documentsSince: (account, modSeq) => documentsSince(context, account, modSeq),
    content: (account, id, uid) => readContent(context, account, id, uid),

    append: (account, id, inputs, viewer) =>
      append(context, { account, mailbox: id, viewer }, inputs),
    storeFlags: (account, id, viewer, uids, change, unchangedSince) =>
      storeFlags(context, view(account, id, viewer), uids, { ...change, unchangedSince }),
    copy: (from, uids, to, viewer) => copy(context, { from, uids, to, viewer }),
    move: (from, uids, to, viewer) => move(context, { from, uids, to, viewer }),
    expunge: (account, id, viewer, uids) => expunge(context, view(account, id, viewer), uids),

    annotations: (account, mailbox, viewer) =>
      readAnnotations(context, { account, mailbox, viewer }),
    setAnnotations: (account, mailbox, viewer, changes) =>
      setAnnotations(context, { account, mailbox, viewer }, changes),

    prepare: prepareMessage,
    arrive: (prepared, arrival) => arrive(context, prepared, arrival),

    recoverable: (account, asked) => readRecoverable(context, account, asked),
    countRecoverable: (account) => countRecoverable(context, account),
    recover: (account, message, to) => recover(context, account, message, to),
    destroyExpired: (account) => destroyExpired(context, account),
    accountsWithExpired: () => accountsWithExpired(context),
    retireEpochs: (keptMs) => retireEpochs(context, keptMs),
    packTexts: (signal) => packTexts(context, signal),
    packDue: (signal) => packDue(context, signal),
    readDocuments: (readPdf) => readDocuments(context, readPdf),
    renewDocuments: () => renewDocuments(context),
    async packAccount(account) {
      await packMailboxes(context, account)
      return packAccount(context, account, { messagesMin: 1 })
    },
    rebuildSearch: (account, told) => rebuildSearch(context, account, told),
    rebuildAllSearch: (told) => rebuildAllSearch(context, told),
    async forgetDeliveries() {
      await forgetDeliveries(context)
      await forgetRemembered(context)
    },

    async emails(account, viewer) {
      await inboxOf(context, account)
      return emails.current(account, viewer)
    },
    statesFrom: (account) => readStatesFrom(context, account),
    emailsGone: (account, since) => readGone(context, account, since),
    mailboxHistory: (account, since) => readMailboxHistory(context, account, since),
    changeEmail: (account, viewer, change) => changeEmail(context, account, viewer, change),
    destroyEmail: (account, id) => destroyEmail(context, account, id),
    keepUpload: (place, content, type) => keepUpload(context, place, content, type),
    openUpload: (place, id) => openUpload(context, place, id),
    expireUploads: () => expireUploads(context),
    settings: (place) => readSettings(context, place),
    putSetting: (place, id, value) => putSetting(context, place, id, value),
    addSubmission: (account, facts, held) => addSubmission(context, account, facts, held),
    cancelSubmission: (account, id) => cancelHeld(context, account, id),
    claimHeld: (until, limit) => claimHeld(context, until, limit),
    readHeld: (held) => readHeld(context, held),
    finishHeld: (held, work) => finishHeld(context, held, work),
    destroySubmission: (account, id) => destroySubmission(context, account, id),
    submissions: (account, since) => readSubmissions(context, account, since),

    isRemembered: (account, what) => isRemembered(context, account, what),
    rememberUntil: (account, remembering) => rememberUntil(context, account, remembering),

    watch: (account, onChange) => context.feed.watch(account, onChange),
    [Symbol.asyncDispose]: () => context.feed[Symbol.asyncDispose](),
  }
}

async function forgetDeliveries(context: StoreContext): Promise<void> {
  await context.database.single({
    name: 'store.forget-deliveries',
    text: 'DELETE FROM delivered WHERE delivered_at < $1',
    values: [context.clock.now() - samenessMs],
  })
}
