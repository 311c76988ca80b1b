/** A draft as JMAP's Email. RFC 8621 §4.6. */
import type { EmailAddress } from '../../kit/jmap/types.ts'
import type { InlinePicture } from './draft-pictures.ts'
import type { AttachedFile } from './start.ts'

export interface Written {
  readonly from: EmailAddress
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly bcc: readonly EmailAddress[]
  readonly subject: string
  /** How it is marked, for programs. */
  readonly marking: string | undefined
  readonly text: string
  /** The same, formatted, where it is. */
  readonly html: string | undefined
  readonly files: readonly AttachedFile[]
  /** Within the formatted text. */
  readonly pictures: readonly InlinePicture[]
  readonly inReplyTo: readonly string[] | undefined
  readonly references: readonly string[] | undefined
}

export function emailObject(written: Written, draftsId: string): object {
  const { from, to, cc, bcc, subject, marking, inReplyTo, references } = written
  return {
    mailboxIds: { [draftsId]: true },
    keywords: { $draft: true, $seen: true },
    from: [from],
    to,
    ...(cc.length === 0 ? {} : { cc }),
    ...(bcc.length === 0 ? {} : { bcc }),
    subject,
    // RFC 7444 §3.
    ...(marking === undefined ? {} : { 'header:SIO-Label:asRaw': ` marking="${marking}"` }),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references === undefined || references.length === 0 ? {} : { references }),
    ...bodyOf(written),
    ...attachmentsOf(written),
  }
}

/** RFC 2387, RFC 2183: what the text shows stands inline under its content id; the server makes `multipart/related` of it. */
function attachmentsOf({ files, pictures }: Written): object {
  if (files.length + pictures.length === 0) return {}
  const inline = pictures.map(({ blobId, name, type, cid }) => ({
    blobId,
    name,
    type,
    cid,
    disposition: 'inline',
  }))
  const attached = files.map(({ blobId, name, type }) => ({
    blobId,
    name,
    type: type === '' ? 'application/octet-stream' : type,
    disposition: 'attachment',
  }))
  return { attachments: [...inline, ...attached] }
}

/** RFC 2046 §5.1.4: the plainest first; the server makes `multipart/alternative` of them. */
function bodyOf({ text, html }: Written): object {
  const textBody = [{ partId: 'text', type: 'text/plain' }]
  if (html === undefined) return { textBody, bodyValues: { text: { value: text } } }
  return {
    textBody,
    htmlBody: [{ partId: 'html', type: 'text/html' }],
    bodyValues: { text: { value: text }, html: { value: html } },
  }
}

/** What a submission and the filing of its message look like. RFC 8621 §7.5, RFC 4865. */
export function submissionArguments(options: {
  readonly identityId: string
  readonly from: EmailAddress
  readonly recipients: readonly EmailAddress[]
  readonly draftsId: string
  readonly sentId: string | undefined
  /** HOLDFOR or HOLDUNTIL. */
  readonly hold: Readonly<Record<string, string>>
}): Readonly<Record<string, unknown>> {
  const { identityId, from, recipients, draftsId, sentId, hold } = options
  return {
    create: {
      sent: {
        emailId: '#message',
        identityId,
        envelope: {
          mailFrom: { email: from.email, parameters: hold },
          rcptTo: recipients.map(({ email }) => ({ email, parameters: null })),
        },
      },
    },
    onSuccessUpdateEmail: {
      '#sent': {
        'keywords/$draft': null,
        ...(sentId === undefined
          ? {}
          : { [`mailboxIds/${draftsId}`]: null, [`mailboxIds/${sentId}`]: true }),
      },
    },
  }
}
