/** Every expected "no", said in IMAP: RFC 9051 §7.1, RFC 5530, RFC 9208 §4.3, RFC 4469 §4.2. */
import type { RefusalCode } from '../base/refusal.ts'

export interface Answer {
  readonly status: 'NO' | 'BAD'
  /** Response code without brackets. */
  readonly code?: string
  readonly text: string
}

export const refusals = {
  'try-again': { status: 'NO', code: 'UNAVAILABLE', text: 'Not possible just now, try again' },
  'audit-unavailable': {
    status: 'NO',
    code: 'UNAVAILABLE',
    text: 'Mail of others cannot be shown while the audit trail is out of reach',
  },
  'too-busy': { status: 'NO', code: 'UNAVAILABLE', text: 'The server is busy, try again' },
  'bad-credentials': {
    status: 'NO',
    code: 'AUTHENTICATIONFAILED',
    text: 'User name or password is wrong',
  },
  throttled: { status: 'NO', code: 'AUTHENTICATIONFAILED', text: 'User name or password is wrong' },
  suspended: { status: 'NO', code: 'CONTACTADMIN', text: 'This account is suspended' },
  'not-permitted': { status: 'NO', code: 'NOPERM', text: 'You may not do this here' },
  'needs-approval': { status: 'NO', code: 'NOPERM', text: "This needs a second person's consent" },
  'no-such-address': { status: 'NO', code: 'NONEXISTENT', text: 'There is no such address' },
  'relay-denied': { status: 'NO', code: 'NOPERM', text: 'You may not do this here' },
  'sender-not-yours': { status: 'NO', code: 'NOPERM', text: 'You may not do this here' },
  'list-closed': { status: 'NO', code: 'NOPERM', text: 'You may not do this here' },
  'list-moderated': { status: 'NO', code: 'NOPERM', text: 'You may not do this here' },
  'too-many-recipients': { status: 'NO', code: 'LIMIT', text: 'Too many recipients' },
  'mail-loop': { status: 'NO', code: 'CANNOT', text: 'The message goes round in a loop' },
  'over-quota': { status: 'NO', code: 'OVERQUOTA', text: 'The mailbox is full' },
  'too-large': { status: 'NO', code: 'TOOBIG', text: 'The message is too large' },
  'too-many': { status: 'NO', code: 'LIMIT', text: 'There are too many of these already' },
  'no-such-account': { status: 'NO', code: 'NONEXISTENT', text: 'There is no such mailbox' },
  'no-such-mailbox': { status: 'NO', code: 'NONEXISTENT', text: 'There is no such mailbox' },
  'mailbox-exists': { status: 'NO', code: 'ALREADYEXISTS', text: 'The mailbox exists already' },
  'mailbox-has-children': {
    status: 'NO',
    code: 'HASCHILDREN',
    text: 'The mailbox has mailboxes beneath it',
  },
  'mailbox-not-deletable': { status: 'NO', code: 'CANNOT', text: 'This mailbox must stay' },
  'no-such-message': {
    status: 'NO',
    code: 'EXPUNGEISSUED',
    text: 'Some of the messages are gone already',
  },
  'message-held': { status: 'NO', code: 'CANNOT', text: 'The message is under a hold' },
  'unknown-charset': { status: 'NO', code: 'BADCHARSET', text: 'This charset is not known' },
  'refused-by-policy': { status: 'NO', code: 'CANNOT', text: 'This is refused by policy' },
  unauthenticated: { status: 'NO', code: 'CANNOT', text: 'This is refused by policy' },
  'authentication-unknown': {
    status: 'NO',
    code: 'UNAVAILABLE',
    text: 'Not possible just now, try again',
  },
  'blocked-peer': { status: 'NO', code: 'CANNOT', text: 'This is refused by policy' },
  greylisted: { status: 'NO', code: 'UNAVAILABLE', text: 'Not possible just now, try again' },
  malware: { status: 'NO', code: 'CANNOT', text: 'The message contains malware' },
  spam: { status: 'NO', code: 'CANNOT', text: 'This is refused by policy' },
  'attachment-refused': {
    status: 'NO',
    code: 'CANNOT',
    text: 'An attachment is of a kind that is not accepted',
  },
  'grade-too-high': {
    status: 'NO',
    code: 'CANNOT',
    text: 'SECRET and TOP SECRET may not be kept in this system; use the system approved for them',
  },
  'grade-in-clear': {
    status: 'NO',
    code: 'CANNOT',
    text: 'CONFIDENTIAL is kept only encrypted for its recipients; encrypt it first',
  },
  'grade-outside': {
    status: 'NO',
    code: 'CANNOT',
    text: 'CONFIDENTIAL may not leave for another system; remove the recipients outside',
  },
  'confirm-personal-data': {
    status: 'NO',
    code: 'CANNOT',
    text: 'Personal data would leave; remove it, or put [CONFIRMED: reason] in the subject',
  },
  'personal-data-refused': {
    status: 'NO',
    code: 'CANNOT',
    text: 'So much personal data may not leave for a public mail provider',
  },
  'too-fast': { status: 'NO', code: 'UNAVAILABLE', text: 'Not possible just now, try again' },
  'not-found': { status: 'NO', code: 'NONEXISTENT', text: 'There is no such thing' },
  'already-exists': { status: 'NO', code: 'ALREADYEXISTS', text: 'It exists already' },
  invalid: { status: 'NO', code: 'CANNOT', text: 'This is not possible' },
} as const satisfies Record<RefusalCode, Answer>
