/** Every number of the store, with its reason. */
import { totalmem } from 'node:os'
import { dayMs, minuteMs } from '../base/clock.ts'

/** Compressed content up to here is a row in the account's own shard; above, an object (D4). */
export const inlineOctetsMax = 128 * 1024
/** Shorter content is kept as it is: a compressor costs 70 µs to set up and would save little. */
export const compressOctetsMin = 768
/** Content above this is compressed off the main thread: 60 µs of blocking is fine, 1 ms is not. */
export const compressAsyncOctetsMin = 256 * 1024
/** Our fastest level: mail compresses little more at level 3 for half again the time. */
export const zstdLevel = 1
/** Message-IDs of one message that take part in threading; long threads repeat the recent ones. */
export const referencesMax = 12
/** How long the owner can recover what he deleted, where nobody configured anything else. */
export const recoverableMsInitial = 30 * dayMs
/** A repeated delivery within this time is the same delivery (D5). */
export const samenessMs = dayMs
/** The key of a month is never destroyed sooner: `keys` refuses the present month and the one before. */
export const epochKeptMsMin = 62 * dayMs
/** Months' keys of accounts looked at in one round of upkeep, and messages rewrapped at once. */
export const epochsPerRound = 1_000
export const rewrapBatch = 500
/** From here on an owner is told each day that his mailbox is nearly full. */
export const quotaNoticePercent = 90
/** Summaries opened and handed over at once: small enough to write while the next are read. */
export const summaryBatch = 500
/** Messages and octets that are put into a mailbox by one statement. */
export const placeBatchMax = 256
export const placeBatchOctetsMax = 4 * 1024 * 1024
/** Annotations of one mailbox or account: each is read with the others. */
export const annotationsMax = 1_000
/** A path of mailbox names, and how deep it may be. */
export const mailboxNameCharsMax = 1000
export const mailboxDepthMax = 30
export const mailboxesMax = 10_000
/** Names that stay subscribed without a mailbox: nobody sees more of them than he can take away. */
export const keptSubscriptionsMax = 1_000
/** UIDs are 32 bits in IMAP (RFC 9051 §2.3.1.1). */
export const uidMax = 4_294_967_295
/** What a node remembers (`mirror/`). Accounts: about 3 KiB each. */
export const mirroredAccountsMax = 10_000
/** Entries of all mailboxes together: 21 octets each, so about 40 MiB. */
export const mirroredEntriesMax = 2_000_000
/** Entries of a mailbox from which on it has a snapshot: fewer are read as fast one by one. */
export const snapshotMessagesMin = 2_048
/** A snapshot is made anew when so much changed since: then what changed costs more than what is in it. */
export const isWorthSnapshot = (messages: number, changed: number): boolean =>
  messages >= snapshotMessagesMin && changed >= Math.max(snapshotMessagesMin, messages / 4)
/** Mailboxes of which a node remembers that they want one. */
export const unsnappedMax = 1_000
/** Expunges of a mailbox that are remembered; who was away for longer asks the database. */
export const mirroredTombstonesMax = 4_096
/** Opened summaries, counted three times their octets for the values made of them. */
export const cachedSummaryOctetsMax = 48 * 1024 * 1024
/** Contents, sealed: what fifty people at work read again, on a small machine a share of its memory. */
export const cachedContentOctetsMax = Math.min(256 * 1024 * 1024, Math.floor(totalmem() / 32))
/** Emails of all accounts together that a node remembers for JMAP: about 300 octets each. */
export const rememberedEmailsMax = 400_000
/** Changes of one account by which it is told what changed since: before them all of it is looked through. */
export const changesRememberedMax = 10_000
/** What was sent by JMAP can be looked up for a month. */
export const submissionKeptMs = 30 * dayMs
/** Signatures and the like of one person in one account. */
export const settingsMax = 200
/** A signature with its picture. */
export const settingOctetsMax = 256 * 1024
/** Messages of one account that wait for their time. */
export const submissionsHeldMax = 1_000
/** Uploads: how long they are kept, one sealed part of them, and all that one user has in an account. */
export const uploadKeptMs = dayMs
export const uploadPartOctets = 1024 * 1024
export const uploadedOctetsMax = 512 * 1024 * 1024
/** Nothing read from a message is remembered for longer: what was destroyed goes from memory too. */
export const cachedMs = 10 * minuteMs
