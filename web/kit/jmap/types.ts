/** What JMAP calls things, as far as the web reads them. RFC 8620, RFC 8621. */

export interface Session {
  readonly username: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly accounts: Readonly<Record<string, Account>>
  readonly primaryAccounts: Readonly<Record<string, string>>
  readonly apiUrl: string
  readonly downloadUrl: string
  readonly uploadUrl: string
  readonly eventSourceUrl: string
  readonly state: string
}

export interface Account {
  readonly name: string
  readonly isPersonal: boolean
  readonly isReadOnly: boolean
  readonly accountCapabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export type Role =
  | 'inbox'
  | 'archive'
  | 'drafts'
  | 'sent'
  | 'junk'
  | 'trash'
  | 'important'
  | 'all'
  | 'flagged'

export interface Mailbox {
  readonly id: string
  readonly name: string
  readonly parentId: string | null
  readonly role: Role | null
  readonly sortOrder: number
  readonly totalEmails: number
  readonly unreadEmails: number
  readonly totalThreads: number
  readonly unreadThreads: number
  readonly isSubscribed: boolean
  readonly myRights: Readonly<Record<string, boolean>>
}

export interface EmailAddress {
  readonly name: string | null
  readonly email: string
}

export type IdSet = Readonly<Record<string, true>>

/** What a list shows. */
export interface Email {
  readonly id: string
  readonly threadId: string
  readonly mailboxIds: IdSet
  readonly keywords: IdSet
  readonly from: readonly EmailAddress[] | null
  readonly to: readonly EmailAddress[] | null
  readonly subject: string | null
  readonly receivedAt: string
  readonly size: number
  readonly hasAttachment: boolean
  readonly preview?: string
}

export interface Thread {
  readonly id: string
  readonly emailIds: readonly string[]
}

export interface BodyPart {
  readonly partId: string | null
  readonly blobId: string | null
  readonly size: number
  readonly name: string | null
  readonly type: string
  readonly charset: string | null
  readonly disposition: string | null
  readonly cid: string | null
}

export interface BodyValue {
  readonly value: string
  readonly isTruncated: boolean
  readonly isEncodingProblem: boolean
}

/** What a reader shows; none of it ever changes. */
export interface EmailContent {
  readonly id: string
  readonly blobId: string
  readonly messageId: readonly string[] | null
  readonly inReplyTo: readonly string[] | null
  readonly references: readonly string[] | null
  readonly sender: readonly EmailAddress[] | null
  readonly from: readonly EmailAddress[] | null
  readonly to: readonly EmailAddress[] | null
  readonly cc: readonly EmailAddress[] | null
  readonly bcc: readonly EmailAddress[] | null
  readonly replyTo: readonly EmailAddress[] | null
  readonly subject: string | null
  readonly sentAt: string | null
  readonly receivedAt: string
  readonly textBody: readonly BodyPart[]
  readonly htmlBody: readonly BodyPart[]
  readonly attachments: readonly BodyPart[]
  readonly bodyValues: Readonly<Record<string, BodyValue>>
  /** Not of what stands in another message: there anybody could have written it. */
  readonly 'header:Tamar-Marks:asText'?: string | null
}

export interface Identity {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly replyTo: readonly EmailAddress[] | null
  readonly bcc: readonly EmailAddress[] | null
  readonly textSignature: string
  readonly htmlSignature: string
  readonly mayDelete: boolean
}

export type Filter =
  | Readonly<Record<string, unknown>>
  | { readonly operator: 'AND' | 'OR' | 'NOT'; readonly conditions: readonly Filter[] }

export interface Comparator {
  readonly property: string
  readonly isAscending: boolean
  readonly keyword?: string
}

/** A patch of an object: paths to values. RFC 8620 §5.3. */
export type Patch = Readonly<Record<string, unknown>>

export interface SetError {
  readonly type: string
  readonly description?: string
  readonly properties?: readonly string[]
}

export interface SetResponse {
  readonly oldState: string | null
  readonly newState: string
  readonly created: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null
  readonly updated: Readonly<Record<string, unknown>> | null
  readonly destroyed: readonly string[] | null
  readonly notCreated: Readonly<Record<string, SetError>> | null
  readonly notUpdated: Readonly<Record<string, SetError>> | null
  readonly notDestroyed: Readonly<Record<string, SetError>> | null
}

export interface GetResponse<T> {
  readonly state: string
  readonly list: readonly T[]
  readonly notFound: readonly string[]
}

export interface ChangesResponse {
  readonly oldState: string
  readonly newState: string
  readonly hasMoreChanges: boolean
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly destroyed: readonly string[]
  readonly updatedProperties?: readonly string[] | null
}

export interface QueryResponse {
  readonly queryState: string
  readonly canCalculateChanges: boolean
  readonly position: number
  readonly ids: readonly string[]
  readonly total?: number
}

export interface QueryChangesResponse {
  readonly oldQueryState: string
  readonly newQueryState: string
  readonly total?: number
  readonly removed: readonly string[]
  readonly added: readonly { readonly id: string; readonly index: number }[]
}

export const core = 'urn:ietf:params:jmap:core'
export const mail = 'urn:ietf:params:jmap:mail'
export const submission = 'urn:ietf:params:jmap:submission'
/** Of our own: ADR 0045. */
export const directory = 'urn:tamar:params:jmap:directory'
export const vapid = 'urn:ietf:params:jmap:webpush-vapid'
export const recoverable = 'urn:tamar:params:jmap:recoverable'
/** Of our own: ADR 0028. */
export const marking = 'urn:tamar:params:jmap:marking'
export const vacation = 'urn:ietf:params:jmap:vacationresponse'
export const sieve = 'urn:ietf:params:jmap:sieve'
