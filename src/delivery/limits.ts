/** Every number of this room with its reason. */
import { dayMs, hourMs, minuteMs, secondMs } from '../base/clock.ts'

/** RFC 5321 §6.3: a message with so many Received fields is in a loop. */
export const receivedFieldsMax = 100

/** Accounts that take one message at the same time: as many as the database takes in at once. */
export const arrivalConcurrencyMax = 12

/** Recipients a message may have once its lists are expanded: everybody there is, once. */
export const expandedRecipientsMax = 50_000

/** SIZE (RFC 1870): what people send today with room for the encoding. */
export const messageOctetsMax = 50 * 1024 * 1024

/** A quota that had room is believed this long at RCPT; arrival asks again in its transaction. */
export const quotaFreshMs = 10 * secondMs

/** Answers about quota that are kept: some megabytes. */
/** A department's sum walks its accounts; it may be passed by what arrives in this time. */
export const departmentFreshMs = 10_000
export const quotaAnswersMax = 10_000

/** A local recipient that failed for now is tried again this soon. */
export const localRetryMs = 30 * secondMs

/** EHLO arguments and the like are cut in our trace fields: RFC 5321 §4.5.3.1.2 gives 255. */
export const traceWordCharsMax = 255

/** Octets of a returned message in a DSN; above it the header alone goes back (RFC 3461 §6.2). */
export const dsnContentOctetsMax = 1024 * 1024

/** Characters of a diagnostic text in a DSN; one line. */
export const diagnosticCharsMax = 400

/** Of a Message-ID in the mail log: RFC 5322 §2.1.1 keeps a line under a thousand; real ones are short. */
export const headerIdMax = 256

/** How far ahead a message may be told to leave (RFC 4865, RFC 8621 §1.3.2): a quarter of a year. */
export const delayedSendMs = 90 * dayMs
/** Where what was told by SMTP to leave later waits. */
export const scheduledMailbox = 'Scheduled'

/** Longer than a round of held mail takes: who is still at it then is believed dead. */
export const heldClaimMs = 5 * minuteMs
/** Held messages taken at a time: each is read whole. */
export const heldPerRound = 20
/** How far into the bodies of a message a script looks. */
export const sieveBodyOctetsMax = 256 * 1024
/** Redirects one after another: who sends on what was sent on to him twice is a chain nobody oversees. */
export const redirectsInRowMax = 3
/** Scripts kept ready on a node. */
export const compiledScriptsMax = 2_000
/** Who was told of somebody's absence is told again after so long: RFC 5230 §4.1 has seven days, too. */
export const awayAnswerMs = 7 * dayMs
/** Of the original's references in an answer. */
export const answerReferencesMax = 10
export const answerSubjectMax = 200

/** How long a post waits for its list's moderator: a holiday, and time to ask again. */
export const moderationMs = 7 * dayMs

/** Where a moderator finds what waits for him. */
export const moderationMailbox = 'Moderation'

/** New strangers of one network that a process learns in an hour: beyond it they wait and are not remembered. */
export const greyLearnedOfNetworkMax = 500
/** Of all together: ten times a busy hour of a large government. Beyond it nobody new waits. */
export const greyLearnedMax = 50_000
/** Networks counted at once; of others only the sum is. */
export const greyNetworksMax = 50_000
/** Rows in all, some 200 octets each with their index; those that run out first go. */
export const greyRowsMax = 2_000_000
/** Deleted by one statement. */
export const greyTrimmedMax = 50_000

/** Buckets of what accounts sent, and over how many minutes it is summed up. */
export const rateBuckets = 16
export const rateHourMinutes = 60
export const rateBurstMinutes = 10

/** Buckets of the greylist. */
export const greyBuckets = 16
/** Who was asked to wait and is not back by then is new again: RFC 6647 §5 has a day. */
export const greyReturnMs = dayMs
/** Who waited is known for so long after his last mail: who writes once a month is. */
export const greyKeptMs = 36 * dayMs
/** Recipients of one message that are looked at: a sender who is known to so many is known. */
export const greyRecipientsMax = 100
/** Senders a process knows without asking the database, and for how long: some megabytes. */
export const greyRememberedMax = 50_000
export const greyRememberedMs = hourMs

/** An account knows whom it had mail from or wrote to for so long after the last time. */
export const contactKeptMs = 400 * dayMs
/** Accounts of one message that are asked: what goes to more is no letter. */
export const contactAccountsMax = 20
/** Addresses one message makes known, and authors that are asked about. */
export const contactAddressesMax = 20
export const contactAuthorsMax = 5
/** Pairs a process knows without asking the database, about 100 octets each, and for how long. */
export const contactsFreshMax = 50_000
export const contactsFreshMs = dayMs

/** Of a stranger's subject or name in a notice: what fits two lines. */
export const shownCharactersMax = 160

/** Held copies in one digest; the next has the rest. */
export const digestCopiesMax = 100
