/** Every method and what it does: the whole of what a client can call. RFC 8620 §3.3. */
import { blobCopy } from './blob/copy.ts'
import { blobGet } from './blob/get.ts'
import { blobLookup } from './blob/lookup.ts'
import { blobUpload } from './blob/upload.ts'
import type { Method } from './core/call.ts'
import { echo } from './core/echo.ts'
import { directoryJudge } from './directory/judge.ts'
import { directoryLookUp } from './directory/look-up.ts'
import { emailChanges } from './email/changes.ts'
import { emailCopy } from './email/copy.ts'
import { emailGet } from './email/get.ts'
import { emailImport } from './email/import.ts'
import { emailParse } from './email/parse.ts'
import { emailQuery, emailQueryChanges } from './email/query.ts'
import { emailSet } from './email/set.ts'
import {
  emailSubmissionChanges,
  emailSubmissionGet,
  emailSubmissionQuery,
  emailSubmissionQueryChanges,
} from './email-submission/read.ts'
import { emailSubmissionSet } from './email-submission/set.ts'
import { identityChanges, identityGet } from './identity/get.ts'
import { identitySet } from './identity/set.ts'
import { mailboxChanges } from './mailbox/changes.ts'
import { mailboxGet } from './mailbox/get.ts'
import { mailboxQuery, mailboxQueryChanges } from './mailbox/query.ts'
import { mailboxSet } from './mailbox/set.ts'
import { mdnParse } from './mdn/parse.ts'
import { mdnSend } from './mdn/send.ts'
import { principalChanges, principalGet } from './principal/get.ts'
import { principalQuery, principalQueryChanges } from './principal/query.ts'
import { principalSet } from './principal/set.ts'
import { pushSubscriptionGet } from './push-subscription/get.ts'
import { pushSubscriptionSet } from './push-subscription/set.ts'
import { quotaChanges, quotaGet } from './quota/get.ts'
import { quotaQuery, quotaQueryChanges } from './quota/query.ts'
import { recoverableEmailGet } from './recoverable-email/get.ts'
import { recoverableEmailQuery } from './recoverable-email/query.ts'
import { recoverableEmailRecover } from './recoverable-email/recover.ts'
import { searchSnippetGet } from './search-snippet/get.ts'
import { sieveScriptGet } from './sieve-script/get.ts'
import { sieveScriptQuery } from './sieve-script/query.ts'
import { sieveScriptSet } from './sieve-script/set.ts'
import { sieveScriptValidate } from './sieve-script/validate.ts'
import { shareNotificationChanges, shareNotificationGet } from './share-notification/get.ts'
import {
  shareNotificationQuery,
  shareNotificationQueryChanges,
} from './share-notification/query.ts'
import { shareNotificationSet } from './share-notification/set.ts'
import { threadChanges, threadGet } from './thread/get.ts'
import { vacationResponseGet } from './vacation-response/get.ts'
import { vacationResponseSet } from './vacation-response/set.ts'

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['Core/echo', echo],
  ['PushSubscription/get', pushSubscriptionGet],
  ['PushSubscription/set', pushSubscriptionSet],
  ['Blob/upload', blobUpload],
  ['Blob/get', blobGet],
  ['Blob/lookup', blobLookup],
  ['Blob/copy', blobCopy],
  ['Mailbox/get', mailboxGet],
  ['Mailbox/changes', mailboxChanges],
  ['Mailbox/query', mailboxQuery],
  ['Mailbox/queryChanges', mailboxQueryChanges],
  ['Mailbox/set', mailboxSet],
  ['Email/get', emailGet],
  ['Email/changes', emailChanges],
  ['Email/query', emailQuery],
  ['Email/queryChanges', emailQueryChanges],
  ['Email/set', emailSet],
  ['Email/import', emailImport],
  ['Email/copy', emailCopy],
  ['Email/parse', emailParse],
  ['SearchSnippet/get', searchSnippetGet],
  ['Identity/get', identityGet],
  ['Identity/changes', identityChanges],
  ['Identity/set', identitySet],
  ['EmailSubmission/get', emailSubmissionGet],
  ['EmailSubmission/changes', emailSubmissionChanges],
  ['EmailSubmission/query', emailSubmissionQuery],
  ['EmailSubmission/queryChanges', emailSubmissionQueryChanges],
  ['EmailSubmission/set', emailSubmissionSet],
  ['Quota/get', quotaGet],
  ['Quota/changes', quotaChanges],
  ['Quota/query', quotaQuery],
  ['Quota/queryChanges', quotaQueryChanges],
  ['SieveScript/get', sieveScriptGet],
  ['SieveScript/query', sieveScriptQuery],
  ['SieveScript/set', sieveScriptSet],
  ['SieveScript/validate', sieveScriptValidate],
  ['MDN/send', mdnSend],
  ['MDN/parse', mdnParse],
  ['Directory/lookUp', directoryLookUp],
  ['Directory/judge', directoryJudge],
  ['RecoverableEmail/query', recoverableEmailQuery],
  ['RecoverableEmail/get', recoverableEmailGet],
  ['RecoverableEmail/recover', recoverableEmailRecover],
  ['Principal/get', principalGet],
  ['Principal/changes', principalChanges],
  ['Principal/set', principalSet],
  ['Principal/query', principalQuery],
  ['Principal/queryChanges', principalQueryChanges],
  ['ShareNotification/get', shareNotificationGet],
  ['ShareNotification/changes', shareNotificationChanges],
  ['ShareNotification/set', shareNotificationSet],
  ['ShareNotification/query', shareNotificationQuery],
  ['ShareNotification/queryChanges', shareNotificationQueryChanges],
  ['Thread/get', threadGet],
  ['Thread/changes', threadChanges],
  ['VacationResponse/get', vacationResponseGet],
  ['VacationResponse/set', vacationResponseSet],
])
