/**
 * Every "no" of the platform, said in SMTP. Total: a new code does not compile until it has an
 * answer. What we know of the cause goes to our log, never into these texts.
 * RFC 5321 §4.2, RFC 3463, RFC 4954 §6, RFC 7372.
 */
import type { RefusalCode } from '../base/refusal.ts'
import type { Reply } from './wire/reply.ts'

export const refusals = {
  'try-again': { code: 451, enhanced: '4.3.0', text: 'Try again later' },
  'audit-unavailable': { code: 451, enhanced: '4.3.0', text: 'Try again later' },
  'too-busy': { code: 452, enhanced: '4.3.1', text: 'Too much work in hand, try again later' },
  'bad-credentials': { code: 535, enhanced: '5.7.8', text: 'Authentication credentials invalid' },
  throttled: { code: 454, enhanced: '4.7.0', text: 'Too many attempts, try again later' },
  suspended: { code: 550, enhanced: '5.2.1', text: 'Mailbox disabled' },
  'not-permitted': { code: 550, enhanced: '5.7.1', text: 'Not permitted' },
  'needs-approval': { code: 550, enhanced: '5.7.1', text: 'Not permitted' },
  'no-such-address': { code: 550, enhanced: '5.1.1', text: 'No such address here' },
  'relay-denied': { code: 550, enhanced: '5.7.1', text: 'Relaying denied' },
  'sender-not-yours': { code: 550, enhanced: '5.7.1', text: 'You may not send as this address' },
  'list-closed': {
    code: 550,
    enhanced: '5.7.1',
    text: 'This list takes mail from its members only',
  },
  'list-moderated': { code: 550, enhanced: '5.7.1', text: 'This list is moderated' },
  'too-many-recipients': { code: 452, enhanced: '4.5.3', text: 'Too many recipients' },
  'mail-loop': { code: 554, enhanced: '5.4.6', text: 'Mail loop detected' },
  'over-quota': { code: 452, enhanced: '4.2.2', text: 'Mailbox full' },
  'too-large': { code: 552, enhanced: '5.3.4', text: 'Message too large' },
  'too-many': { code: 452, enhanced: '4.3.1', text: 'Too many, try again later' },
  'no-such-account': { code: 550, enhanced: '5.1.1', text: 'No such address here' },
  'no-such-mailbox': { code: 550, enhanced: '5.1.1', text: 'No such address here' },
  'mailbox-exists': { code: 554, enhanced: '5.3.0', text: 'Cannot be done' },
  'mailbox-has-children': { code: 554, enhanced: '5.3.0', text: 'Cannot be done' },
  'mailbox-not-deletable': { code: 554, enhanced: '5.3.0', text: 'Cannot be done' },
  'no-such-message': { code: 554, enhanced: '5.3.0', text: 'Cannot be done' },
  'message-held': { code: 554, enhanced: '5.3.0', text: 'Cannot be done' },
  'unknown-charset': { code: 554, enhanced: '5.6.0', text: 'Message cannot be read' },
  'refused-by-policy': { code: 550, enhanced: '5.7.1', text: 'Refused by policy' },
  unauthenticated: {
    code: 550,
    enhanced: '5.7.26',
    text: 'Nothing shows that this comes from the domain it names (SPF, DKIM, DMARC)',
  },
  'authentication-unknown': {
    code: 451,
    enhanced: '4.7.24',
    text: 'The sender cannot be verified now, try again later',
  },
  'blocked-peer': { code: 554, enhanced: '5.7.1', text: 'Your server is on a list of bad ones' },
  greylisted: { code: 451, enhanced: '4.7.1', text: 'Not seen before, try again in a few minutes' },
  malware: { code: 554, enhanced: '5.7.1', text: 'The message contains malware' },
  spam: { code: 554, enhanced: '5.7.1', text: 'The message looks like spam' },
  'attachment-refused': {
    code: 554,
    enhanced: '5.7.1',
    text: 'An attachment is of a kind that is not accepted',
  },
  'grade-too-high': {
    code: 554,
    enhanced: '5.7.1',
    text: 'SECRET and TOP SECRET may not travel by this system; use the system approved for them',
  },
  'grade-in-clear': {
    code: 554,
    enhanced: '5.7.1',
    text: 'CONFIDENTIAL must be encrypted for its recipients; encrypt it and send again',
  },
  'grade-outside': {
    code: 554,
    enhanced: '5.7.1',
    text: 'CONFIDENTIAL may not leave for another system; remove the recipients outside',
  },
  'confirm-personal-data': {
    code: 554,
    enhanced: '5.7.1',
    text: 'Personal data would leave; remove it, or put [CONFIRMED: reason] in the subject',
  },
  'personal-data-refused': {
    code: 554,
    enhanced: '5.7.1',
    text: 'So much personal data may not leave for a public mail provider',
  },
  'too-fast': {
    code: 451,
    enhanced: '4.7.1',
    text: 'Too many recipients in so short a time, try again later',
  },
  'not-found': { code: 554, enhanced: '5.3.0', text: 'Cannot be done' },
  'already-exists': { code: 554, enhanced: '5.3.0', text: 'Cannot be done' },
  invalid: { code: 554, enhanced: '5.6.0', text: 'Message cannot be taken' },
} as const satisfies Record<RefusalCode, Reply>
