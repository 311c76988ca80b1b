/** What is told about a message that was received: RFC 9007 §2, in the words of RFC 8098 §3. */
export interface Disposition {
  readonly actionMode: string
  readonly sendingMode: string
  readonly type: string
}

export interface Mdn {
  readonly forEmailId: string | null
  readonly subject: string | null
  readonly textBody: string | null
  readonly includeOriginalMessage: boolean
  readonly reportingUA: string | null
  readonly disposition: Disposition
  readonly mdnGateway: string | null
  readonly originalRecipient: string | null
  readonly finalRecipient: string | null
  readonly originalMessageId: string | null
  readonly error: readonly string[] | null
  readonly extensionFields: Readonly<Record<string, string>> | null
}

/** In lower case here, however a message has them. */
export const dispositionWords = {
  actionMode: ['manual-action', 'automatic-action'],
  sendingMode: ['mdn-sent-manually', 'mdn-sent-automatically'],
  type: ['deleted', 'dispatched', 'displayed', 'processed'],
} as const

/** Fields of a report that have a property of their own. RFC 8098 §3.2. */
export const knownFields: ReadonlySet<string> = new Set([
  'reporting-ua',
  'mdn-gateway',
  'original-recipient',
  'final-recipient',
  'original-message-id',
  'disposition',
  'failure',
  'error',
  'warning',
])

export const mdnSentKeyword = '$mdnsent'
