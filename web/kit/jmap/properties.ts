/** Which properties of messages are asked for, where. RFC 8621 §4. */

/** What a row shows. */
export const listProperties = [
  'id',
  'threadId',
  'mailboxIds',
  'keywords',
  'from',
  'to',
  'subject',
  'receivedAt',
  'size',
  'hasAttachment',
  'preview',
] as const

/** Of messages, only these change. RFC 8621 §4.1.1. */
export const mutableProperties = ['id', 'mailboxIds', 'keywords']

/** What the platform noted when it came, as text. RFC 8621 §4.1.3 */
export const marksProperty = 'header:Tamar-Marks:asText'

export const contentProperties = [
  'id',
  'blobId',
  'messageId',
  'inReplyTo',
  'references',
  'sender',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'sentAt',
  'receivedAt',
  'textBody',
  'htmlBody',
  'attachments',
  'bodyValues',
  marksProperty,
] as const

/** A body longer than this is shown as far as it goes; the rest is in the source. */
const bodyOctetsMax = 2_000_000

export const contentAsked = {
  bodyProperties: ['partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid'],
  fetchTextBodyValues: true,
  fetchHTMLBodyValues: true,
  maxBodyValueBytes: bodyOctetsMax,
} as const

/** Of the others in a conversation no preview is shown: it would have to be made. */
export const memberProperties = listProperties.filter((name) => name !== 'preview')
