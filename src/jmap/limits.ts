/** Every number of JMAP, with its reason. What is advertised in the session is read from here. */
import { minuteMs, secondMs } from '../base/clock.ts'

/** A request: method calls with drafts in them, never attachments. */
export const sizeRequestMax = 10_000_000
/** Method calls in one request: a web client's first screen takes about ten. */
export const callsInRequestMax = 64
/** Requests at once of one person: more only wait for each other. */
export const concurrentRequestsMax = 16
/** Uploads at once of one person: each is held in memory. */
export const concurrentUploadMax = 4
/** Pieces that one blob is put together of: RFC 9404 §3 has at least so many. */
export const dataSourcesMax = 64
/** Octets of blobs read for one method call, whatever is shown of them. */
export const blobOctetsOpenedMax = 200_000_000
/** Octets of blobs in one response: more is downloaded. */
export const blobDataOctetsMax = 10_000_000
/** A screen of messages several times over. */
export const objectsInGetMax = 1_000
/** Each change is a transaction of its own. */
export const objectsInSetMax = 500
/** Ids a query answers with at most; more are paged. */
export const queryLimitMax = 5_000
/** People and others that one look into the directory finds: more are found by more letters. */
export const principalsFoundMax = 500
/** How deep filters may stand in each other. */
export const filterDepthMax = 20
/** How deep a request's JSON may be: nothing in JMAP needs half of it. */
export const jsonDepthMax = 64
/** Ids in one list of changes when the client names no number. */
export const changesMax = 10_000

/** A sign-in is remembered for so long after its last request; revocation ends it at once. */
export const signInIdleMs = 10 * minuteMs
/** And never longer than this. */
export const signInKeptMs = 60 * minuteMs
/** Sign-ins remembered by one process. */
export const signInsMax = 20_000

/** Event streams of one person; a browser has one for each window. */
export const eventStreamsMax = 16
/** WebSockets of one person. */
export const webSocketsMax = 16
/** Octets a client has not read: more is not sent to it, and what it says is not read. */
export const socketUnreadOctetsMax = 4 * 1024 * 1024
/** A WebSocket that does not answer in this time is gone. */
export const socketPingMs = 30 * secondMs
/** For the last that is sent before a WebSocket is closed. */
export const socketCloseMs = 2 * secondMs
/** RFC 8620 §7.3: the server may hold a client's wish for pings within its own bounds. */
export const pingMsMin = 30 * secondMs
export const pingMsMax = 15 * minuteMs
/** Changes within this time are told together. */
export const pushBatchMs = 50
/** What the directory says is compared so seldom, however often it changes: that is asked of every client. */
export const directoryBatchMs = 250
/** Until it is asked again whether a client that reads slowly takes more. */
export const pushWaitMs = secondMs

/** RFC 8621 §1.3.1. */
export const mailboxDepthMax = 30
/** Octets of UTF-8: what a mailbox name may be long in characters, of three octets each. */
export const mailboxNameOctetsMax = 1_000
export const mailboxesPerEmailMax = 100
/** Previews kept in memory, a few hundred octets each. */
export const previewsMax = 20_000
/** Rows of lists kept in memory, half a kilobyte each. */
export const shownEmailsMax = 40_000
/** Keywords of one Email. */
export const keywordsPerEmailMax = 52
/** RFC 8621 §4.1.1: a keyword has 1 to 255 characters. */
export const keywordCharactersMax = 255
/** Messages opened one by one for one search, where their text is not packed yet. */
export const openedAtOnce = 50
/** Fewer than such a part of an account are looked at by themselves, not in its order. */
export const fewOfAccount = 8
/** Texts kept in memory of messages whose text is not packed yet: some hundreds for each of many accounts. */
export const unpackedTextCharactersMax = 8 * 1024 * 1024
/** Messages whose order is read one by one, rather than all packs for them. */
export const ordersReadSinglyMax = 256
/** Results of queries remembered for one account: a window or two of a web client. */
export const resultsKeptMax = 8
/** Further down than this it is quicker to have all results. */
export const earlyResultsMax = 500
/** What people read of a notification, and fields that no standard knows. */
export const mdnTextCharactersMax = 65_536
export const mdnExtensionsMax = 20
/** Who asked for a notification of one message: more is nobody's wish. */
export const mdnAddressesMax = 5
/** Parts of a message that is made from properties. */
export const partsMax = 500
/** A name before an address, and addresses of one identity: more fits no header. */
export const identityNameCharactersMax = 500
export const identityAddressesMax = 50
/** What is typed into a line of recipients: one letter names half the government. */
export const lookUpCharactersMin = 2
export const lookUpCharactersMax = 100
/** Offered at once: who is not among them types one letter more. */
export const lookedUpMax = 10
/** Recipients of one message looked at together. */
export const judgedAddressesMax = 200
/** Looked at for the price of one question. */
export const judgedPerToken = 10
/** Questions of one person: a morning of quick typing, and in a day some thousand names, not the whole directory. */
export const lookUpPace = { capacity: 120, refillMs: 2 * secondMs } as const
export const lookUpPeopleMax = 20_000
/** Recoverable items told at once: a screen of them several times over. */
export const recoverablePageMax = 500
