/** Every number of the IMAP door, with its reason. */
import { minuteMs, secondMs } from '../base/clock.ts'

const kib = 1024
const mib = 1024 * kib

export interface ImapLimits {
  /** APPENDLIMIT (RFC 7889): the largest message a client may bring. */
  readonly appendOctetsMax: number
  /** Connections open at once on this node. */
  readonly connectionsMax: number
  /** Connections open at once from one address: an office behind one NAT fits, a flood does not. */
  readonly connectionsPerAddressMax: number
  /** A stranger may stay this long without signing in. */
  readonly loginTimeoutMs: number
  /** RFC 9051 §5.4: at least 30 minutes after sign-in. */
  readonly idleTimeoutMs: number
}

export const defaultLimits: ImapLimits = {
  appendOctetsMax: 64 * mib,
  connectionsMax: 20_000,
  connectionsPerAddressMax: 2_000,
  loginTimeoutMs: 60 * secondMs,
  idleTimeoutMs: 30 * minuteMs,
}

/** RFC 7162 §4 and RFC 2683 §3.2.1.5 ask for at least 8 KiB; sync clients send long UID sets. */
export const lineOctetsMax = 64 * kib
/** Before sign-in nothing long is said; the longest is a SASL initial response. */
export const strangerLineOctetsMax = 8 * kib
/** Literals of commands other than APPEND: mailbox names, search strings. */
export const literalOctetsMax = 64 * kib
/** Literals before sign-in: a user name and a password. */
export const strangerLiteralOctetsMax = kib
/** All text and literals of one command that is not APPEND. */
export const commandOctetsMax = 256 * kib
export const literalsPerCommandMax = 256
/** Messages of one MULTIAPPEND; their octets have their own limit. */
export const appendLiteralsMax = 10_000
/** MULTIAPPEND (RFC 3502): messages of one command wait in memory together. */
export const appendBatchFactor = 2
/** Input that may wait while a command runs; then the socket is paused. */
export const inputWaitingOctetsMax = 256 * kib
/** Output gathered before it is handed to the socket while a command goes on. */
export const outputGatheredOctetsMax = 64 * kib
/** Parentheses in a SEARCH or LIST: the parser is recursive. */
export const nestingMax = 32
/** Keys of one SEARCH: each is evaluated on every message. */
export const searchKeysMax = 512
/** Words of one FUZZY text: each is looked for by itself. */
export const nearWordsMax = 12
/** Patterns of one LIST (RFC 5258 §3). */
export const listPatternsMax = 64
/** Attempts to sign in on one connection before it is closed. */
export const signInFailuresMax = 5
/** Bad commands in a row before the connection is closed: it is not an IMAP client. */
export const badCommandsMax = 20
/** Contents read ahead of the one being written, and their octets. */
export const contentsAheadMax = 4
export const contentsAheadOctetsMax = 2 * mib
/** Messages asked of the store at once by FETCH and SEARCH. */
export const factsBatchMax = 5_000
/** Results kept up to date at once (RFC 5267 §4.3.1): each change is held against every one of them. */
export const contextsMax = 16
/** UIDBATCHES: the smallest batch, and messages of one command (RFC 10022 §3.1 names both floors). */
export const uidBatchMin = 500
export const uidBatchMessagesMax = 1_000_000
/** A command that takes long speaks this often (RFC 9585 §3.1 asks for no more than every 10 s). */
export const progressEveryMs = 10 * secondMs
/** NOTIFY (RFC 5465 §5.8): groups of mailboxes, and accounts watched for one session. */
export const notifyGroupsMax = 32
export const notifyAccountsMax = 200
/** Between two looks at all that is watched: a stream of deliveries is told in portions. */
export const notifyRestMs = 100
/** METADATA (RFC 5464): entries of one command, their names, and octets of one value. */
export const metadataEntriesMax = 256
export const metadataNameCharsMax = 500
export const metadataValueOctetsMax = 64 * kib
/** With fewer messages left to decide, opening them costs less than asking the packed texts. */
export const packedMessagesMin = 8
/** Orders and threads of mailboxes a node remembers: 8 octets a message for each. */
export const ranksOctetsMax = 16 * mib
export const threadsOctetsMax = 16 * mib
/** With fewer messages to sort, their own keys are read. */
export const rankedMin = 500
/** How long a scan may hold the event loop: everybody else on the node waits so long, twice in the worst case. */
export const scanSliceMs = 2
