/** A draft as JMAP's Email. RFC 8621 §4.6. */
import type { EmailAddress } from '../../kit/jmap/types.ts'
import type { AttachedFile } from './start.ts'

export interface Written {
  readonly from: EmailAddress
  readonly to: readonly EmailAddress[]
  readonly cc: readonly EmailAddress[]
  readonly bcc: readonly EmailAddress[]
  readonly subject: string
  readonly text: string
  /** The same, formatted, where it is. */
  readonly html: string | undefined
  readonly files: readonly AttachedFile[]
  readonly inReplyTo: readonly string[] | undefined
  readonly references: readonly string[] | undefined
}

export function emailObject(written: Written, draftsId: string): object {
  const { from, to, cc, bcc, subject, files, inReplyTo, references } = written
  return {
    mailboxIds: { [draftsId]: true },
    keywords: { $draft: true, $seen: true },
    from: [from],
    to,
    ...(cc.length === 0 ? {} : { cc }),
    ...(bcc.length === 0 ? {} : { bcc }),
    subject,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references === undefined || references.length === 0 ? {} : { references }),
    ...bodyOf(written),
    ...(files.length === 0
      ? {}
      : {
          attachments: files.map(({ blobId, name, type }) => ({
            blobId,
            name,
            type: type === '' ? 'application/octet-stream' : type,
            disposition: 'attachment',
          })),
        }),
  }
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
