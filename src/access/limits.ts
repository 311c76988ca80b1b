/** Every number of access, with its reason. */
import { dayMs, hourMs, minuteMs, secondMs } from '../base/clock.ts'

/** Lost notices cost at most this much latency; also how soon an ended holding ends a session. */
export const refreshEveryMs = 2 * secondMs

/** argon2id with 19 MiB and 2 passes: the least that OWASP recommends; 33 ms on our machines. */
export const argon2MemoryKiB = 19 * 1024
export const argon2Passes = 2
export const argon2Parallelism = 1
/** Threads of the pool that passwords may hold: the others are for TLS, files and DNS. */
export const argon2RunningMax = 2
/** About a second of work; who comes later hears "throttled" and comes back. */
export const argon2WaitingMax = 64

/** Shorter passwords fall to guessing in spite of the throttle. */
export const passwordCharactersMin = 10
/** Longer ones are not passwords but work for us. */
export const passwordOctetsMax = 1_024
/** An identity is an address and perhaps a post; RFC 5321 §4.5.3.1.3 with room for UTF-8. */
export const identityOctetsMax = 512
/** RFC 4616 §2: three parts of at most 255 characters of up to four octets, and two NULs. */
export const saslOctetsMax = 4 * 1024

/** RFC 7677 §4 asks for at least 4096. App passwords are random: more would protect nothing. */
export const scramIterations = 4_096
/** Twenty characters: 120 random bits, as a nonce that never repeats. RFC 5802 §5.1. */
export const scramNonceOctets = 18

/** One for each device and program a person may have; each is tried once in a SCRAM exchange. */
export const appPasswordsMax = 32
export const labelCharactersMax = 100

/** Failures an identity may have at once from networks it is not known at, and how they return. */
export const identityFailuresMax = 10
export const identityRefillMs = minuteMs
/** The same for a network: many people stand behind one address of a department. */
export const networkFailuresMax = 50
export const networkRefillMs = 10 * secondMs
/** The same for an identity at a network where it has signed in before. */
export const knownFailuresMax = 20
export const knownRefillMs = 30 * secondMs
/** How long every node refuses what one node saw fail too often. */
export const blockMs = 5 * minuteMs
/** Buckets in memory; the oldest goes first. 100 octets each. */
export const bucketsMax = 100_000
/** Identities and networks where they signed in, in memory. */
export const knownMax = 200_000
/** How long a network stays known without a sign-in. */
export const knownForMs = 90 * dayMs
/** Audit entries of attempts that were throttled: one a subject in this time. */
export const throttledEntryEveryMs = minuteMs

/** Last use and known networks are written together, this often. */
export const flushEveryMs = minuteMs
export const useGranularityMs = hourMs
/** Buckets of the tables of class bucket. */
export const tableBuckets = 16

/** Refused acts remembered, so that each is one entry a minute; beyond it the oldest are forgotten. */
export const refusalsNotedMax = 10_000

/** The same done to the same message again in the same session and mailbox in this time is one entry. */
export const readWindowMs = minuteMs
/** UIDs of one entry: as a list of single numbers it is still shorter than the log's 65,535 octets. */
export const readUidsMax = 5_000
/** UIDs remembered of one window; beyond it a new one begins. */
export const readKnownMax = 100_000
/** Characters of a search that an entry keeps: it stays far below the log's limit. */
export const searchQueryMax = 4_000

/** A token that nobody uses for so long was left lying about. */
export const tokenIdleMs = 15 * minuteMs
/** A working day; then the password again. */
export const tokenExpiresMs = 8 * hourMs
/** How exactly a use is remembered: one writing a minute, not one a request. */
export const tokenTouchMs = minuteMs
/** Until then another node may not know what a new token rests on: many times `refreshEveryMs`. */
export const tokenYoungMs = 30 * secondMs
/** Of one person at once; the oldest ends for a new one. */
export const tokensMax = 32

/** A browser that nobody used for so long was left: a long meeting is shorter. */
export const webIdleMs = 60 * minuteMs
/** A working day with its evening; then who he is again. */
export const webExpiresMs = 12 * hourMs
/** One writing in this time, however much somebody reads. */
export const webTouchMs = 5 * minuteMs
/** Browsers of one person at once; the oldest ends for a new one. */
export const webSessionsMax = 32
/** Web sessions that one process remembers; beyond it the longest unused are read again. */
export const webRememberedMax = 50_000
/** How old may be what a node knows of a web session that another node has ended. */
export const webRecheckMs = 20 * secondMs
/** Remembered no longer without use: it is read again when it is used. */
export const webForgetMs = 10 * minuteMs
/** Sessions of a browser that ended by time, taken away in one go. */
export const webEndedBatch = 200

/** Between a password and what is asked after it: time to look for a phone. */
export const stepLivesMs = 5 * minuteMs
/** Codes tried after one password; then the password again. */
export const stepTriesMax = 5
/** For what may not be done by who finds a screen open: so long after somebody said who he is. */
export const confirmedForMs = 5 * minuteMs
/** Passkeys and programs for codes of one person. */
export const factorsMax = 16
export const recoveryCodesCount = 10

/** A token of a mail program; the next one is fetched without its owner. */
export const accessTokenMs = hourMs
/** A program that nobody opened for so long asks its owner again. */
export const refreshTokenMs = 90 * dayMs
/** And every program does after a year. */
export const programLivesMs = 365 * dayMs
/** RFC 6749 §4.1.2 allows ten minutes; a program on the same machine needs seconds. */
export const oauthCodeMs = minuteMs
/** A page that asks for consent waits so long. */
export const consentMs = 10 * minuteMs
/** Programs of one person; who has more has forgotten some. */
export const programsMax = 32

/** Lines of a ledger shown at once: more than anybody reads. */
export const ledgerListedMax = 1_000
