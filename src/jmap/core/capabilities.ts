/** What this server can, as it says so: RFC 8620 §2, RFC 8621 §1.3. Advertised is kept. */
import { delayedSendMs } from '../../delivery/limits.ts'
import { dayMs, secondMs, type Millis } from '../../base/clock.ts'
import {
  callsInRequestMax,
  concurrentRequestsMax,
  concurrentUploadMax,
  dataSourcesMax,
  judgedAddressesMax,
  lookedUpMax,
  lookUpCharactersMax,
  lookUpCharactersMin,
  mailboxDepthMax,
  mailboxesPerEmailMax,
  mailboxNameOctetsMax,
  objectsInGetMax,
  objectsInSetMax,
  sizeRequestMax,
} from '../limits.ts'
import { filterNameCharactersMax, filtersMax } from '../../directory/limits.ts'
import { usualCapabilities } from '../../sieve/capabilities.ts'
import { redirectsMax, scriptOctetsMax } from '../../sieve/limits.ts'
import { formatUtcDate } from './arguments.ts'

export const coreCapability = 'urn:ietf:params:jmap:core'
export const mailCapability = 'urn:ietf:params:jmap:mail'
export const submissionCapability = 'urn:ietf:params:jmap:submission'
export const quotaCapability = 'urn:ietf:params:jmap:quota'
export const sieveCapability = 'urn:ietf:params:jmap:sieve'
export const blobCapability = 'urn:ietf:params:jmap:blob'
export const principalsCapability = 'urn:ietf:params:jmap:principals'
/** Of an account only: whose it is. RFC 9670 §1.5.2. */
export const ownerCapability = 'urn:ietf:params:jmap:principals:owner'
export const mdnCapability = 'urn:ietf:params:jmap:mdn'
export const webSocketCapability = 'urn:ietf:params:jmap:websocket'
/** Who pushes says who it is: RFC 9749 §3. */
export const vapidCapability = 'urn:ietf:params:jmap:webpush-vapid'
/** Of our own (ADR 0045): no standard has a line of recipients. */
export const directoryCapability = 'urn:tamar:params:jmap:directory'
/** Of our own too (ADR 0038): what was deleted, and putting it back. */
export const recoverableCapability = 'urn:tamar:params:jmap:recoverable'
/** Of our own (ADR 0028): what becomes of a message under each marking. */
export const markingCapability = 'urn:tamar:params:jmap:marking'
export const vacationCapability = 'urn:ietf:params:jmap:vacationresponse'

const known: ReadonlySet<string> = new Set([
  coreCapability,
  mailCapability,
  submissionCapability,
  quotaCapability,
  sieveCapability,
  vacationCapability,
  blobCapability,
  mdnCapability,
  webSocketCapability,
  vapidCapability,
  directoryCapability,
  recoverableCapability,
  markingCapability,
  principalsCapability,
])

export function isKnownCapability(name: string): boolean {
  return known.has(name)
}

export function coreLimits(uploadOctetsMax: number): object {
  return {
    maxSizeUpload: uploadOctetsMax,
    maxConcurrentUpload: concurrentUploadMax,
    maxSizeRequest: sizeRequestMax,
    maxConcurrentRequests: concurrentRequestsMax,
    maxCallsInRequest: callsInRequestMax,
    maxObjectsInGet: objectsInGetMax,
    maxObjectsInSet: objectsInSetMax,
    collationAlgorithms: ['i;unicode-casemap'],
  }
}

/** RFC 9404 §3: as the registry of HTTP's digests names them. */
export const digestAlgorithms = ['sha', 'sha-256', 'sha-512'] as const

/** Types that hold blobs, for Blob/lookup. */
export const blobHolders = ['Email', 'Mailbox', 'Thread'] as const

export function blobLimits(messageOctetsMax: number): object {
  return {
    maxSizeBlobSet: messageOctetsMax,
    maxDataSources: dataSourcesMax,
    supportedTypeNames: blobHolders,
    supportedDigestAlgorithms: digestAlgorithms,
  }
}

/** RFC 8621 §1.3.1. */
export function mailLimits(messageOctetsMax: number, mayCreateTopLevelMailbox: boolean): object {
  return {
    maxMailboxesPerEmail: mailboxesPerEmailMax,
    maxMailboxDepth: mailboxDepthMax,
    maxSizeMailboxName: mailboxNameOctetsMax,
    // Base64 makes of three octets four and some.
    maxSizeAttachmentsPerEmail: Math.floor((messageOctetsMax / 4) * 3 * 0.97),
    emailQuerySortOptions: emailSortOptions,
    mayCreateTopLevelMailbox,
  }
}

export const emailSortOptions = [
  'receivedAt',
  'size',
  'from',
  'to',
  'subject',
  'sentAt',
  'hasKeyword',
  'allInThreadHaveKeyword',
  'someInThreadHaveKeyword',
] as const

/** RFC 8621 §1.3.2, RFC 4865 §4: the date moves on with each day. */
export function submissionLimits(now: Millis): object {
  const seconds = delayedSendMs / secondMs
  const until = formatUtcDate(Math.floor(now / dayMs) * dayMs + delayedSendMs)
  return {
    maxDelayedSend: seconds,
    submissionExtensions: { FUTURERELEASE: [String(seconds), until] },
  }
}

/** RFC 9661 §1.2.1. */
export const sieveServer = { implementation: 'Tamar' }

/** RFC 9661 §1.2.2. */
export const sieveLimits = {
  // Of UTF-8: a character has four at most.
  maxSizeScriptName: 4 * filterNameCharactersMax,
  maxSizeScript: scriptOctetsMax,
  maxNumberScripts: filtersMax,
  maxNumberRedirects: redirectsMax,
  sieveExtensions: [...usualCapabilities],
  notificationMethods: null,
  externalLists: null,
}

export const directoryLimits = {
  textCharactersMin: lookUpCharactersMin,
  textCharactersMax: lookUpCharactersMax,
  limitMax: lookedUpMax,
  addressesMax: judgedAddressesMax,
}
