/** Every number of the store, with its reason. */
import { dayMs } from '../base/clock.ts'

/** Compressed content up to here is a row in the account's own shard; above, an object (D4). */
export const inlineOctetsMax = 128 * 1024
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
/** Summaries opened and handed over at once: small enough to write while the next are read. */
export const summaryBatch = 500
/** A path of mailbox names, and how deep it may be. */
export const mailboxNameCharsMax = 1000
export const mailboxDepthMax = 30
export const mailboxesMax = 10_000
/** UIDs are 32 bits in IMAP (RFC 9051 §2.3.1.1). */
export const uidMax = 4_294_967_295
